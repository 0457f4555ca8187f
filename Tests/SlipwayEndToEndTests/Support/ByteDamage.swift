import SlipwayTestSupport

/// Small, repeatable damage to bytes.
struct ByteDamage: RandomNumberGenerator {
    private var random: SeededRandom
    private static let numbers = [
        "0", "-1", "1e400", "9223372036854775807", "18446744073709551616", "nan", "\"\"", "{", "}", "[", ":",
    ]

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func next() -> UInt64 { random.next() }

    /// One to three changes within `range`, or anywhere; those that `keepsLength` only overwrite.
    mutating func damage(_ original: [UInt8], in range: Range<Int>? = nil, keepsLength: Bool = false) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let range = (range ?? 0..<bytes.count).clamped(to: 0..<bytes.count)
            guard !range.isEmpty else { return bytes }
            let start = Int.random(in: range, using: &random)
            let end = min(bytes.count, start + Int.random(in: 1...12, using: &random))
            switch Int.random(in: 0..<(keepsLength ? 3 : 7), using: &random) {
            case 0: bytes[start] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[start] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2:
                let value: UInt8 = [0, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
                for index in start..<end { bytes[index] = value }
            case 3: bytes.removeSubrange(start..<end)
            case 4: bytes.insert(contentsOf: Array(bytes[start..<end]), at: start)
            case 5: bytes.insert(contentsOf: Array((Self.numbers.randomElement(using: &random) ?? "").utf8), at: start)
            default: replaceNumber(&bytes, from: start)
            }
        }
        return bytes
    }

    /// Puts an awkward value where the next number stands: most likely to pass a grammar.
    private mutating func replaceNumber(_ bytes: inout [UInt8], from start: Int) {
        func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        guard let first = bytes[start...].firstIndex(where: isDigit) else { return }
        let end = bytes[first...].firstIndex { !isDigit($0) } ?? bytes.count
        bytes.replaceSubrange(first..<end, with: Array((Self.numbers.randomElement(using: &random) ?? "").utf8))
    }
}
