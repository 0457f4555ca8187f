/// Protobuf's numbers of variable length: seven bits a byte, lowest first, the top bit where more follow.
package enum Varint {
    /// Bytes that the longest number takes.
    package static let mostBytes = 10

    /// The number at `position`, which then lies behind it; nil where the bytes end inside it or it is too long, `position` then
    /// standing where reading stopped.
    package static func read(_ base: UnsafePointer<UInt8>, _ position: inout Int, end: Int) -> UInt64? {
        var value: UInt64 = 0
        for index in 0..<mostBytes where position < end {
            let byte = base[position]
            position += 1
            value |= UInt64(byte & 0x7f) << UInt64(7 * index)
            if byte < 0x80 { return value }
        }
        return nil
    }

    /// The same in an array.
    package static func read(_ bytes: [UInt8], _ position: inout Int, end: Int) -> UInt64? {
        var place = position
        defer { position = place }
        return bytes.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.flatMap { read($0, &place, end: end) }
        }
    }
}
