/// The generator splitmix64, the same in every language.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    /// UTF-8 text of exactly `size` bytes, as scripts/make_hash_fixture.py makes it.
    mutating func utf8Text(size: Int) -> [UInt8] {
        var text: [UInt8] = []
        while text.count < size {
            let number = next()
            let wide = number >> 8
            let code: UInt64
            switch number % 8 {
            case 4: code = 0x80 + wide % 0x780
            case 5, 6: code = 0x4e00 + wide % 0x5200
            case 7: code = 0x1f300 + wide % 0x300
            default: code = 0x20 + wide % 0x5f
            }
            let encoded = Unicode.Scalar(UInt32(code)).map { Array(String($0).utf8) } ?? []
            text += text.count + encoded.count <= size ? encoded : [UInt8(0x20 + wide % 0x5f)]
        }
        return text
    }
}
