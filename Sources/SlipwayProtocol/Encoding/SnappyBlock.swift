import SlipwayCore

/// Snappy's raw block: the decoded length, then literals and copies of what was decoded before.
enum SnappyBlock {
    static func decode(_ bytes: UnsafeRawBufferPointer, limit: Int) throws -> [UInt8] {
        var position = 0
        var length = 0
        var shift = 0
        while true {
            guard position < bytes.count, shift < 32 else { throw BodyEncoding.snappy.broken("no length in front") }
            let byte = bytes[position]
            position += 1
            length |= Int(byte & 0x7f) << shift
            if byte < 0x80 { break }
            shift += 7
        }
        guard length <= limit else { throw BodyEncoding.tooLarge(limit) }
        var out: [UInt8] = []
        out.reserveCapacity(min(length, bytes.count * 32))
        while position < bytes.count {
            let tag = bytes[position]
            position += 1
            if tag & 3 == 0 {
                var count = Int(tag >> 2)
                if count >= 60 {
                    let extra = count - 59
                    count = try littleEndian(bytes, position, extra)
                    position += extra
                }
                count += 1
                guard bytes.count - position >= count, out.count + count <= length else {
                    throw BodyEncoding.snappy.broken("a literal beyond the end")
                }
                out.append(contentsOf: bytes[position..<position + count])
                position += count
                continue
            }
            let count: Int
            let offset: Int
            switch tag & 3 {
            case 1:
                count = Int(tag >> 2 & 7) + 4
                offset = Int(tag >> 5) << 8 | (try littleEndian(bytes, position, 1))
                position += 1
            case 2:
                count = Int(tag >> 2) + 1
                offset = try littleEndian(bytes, position, 2)
                position += 2
            default:
                count = Int(tag >> 2) + 1
                offset = try littleEndian(bytes, position, 4)
                position += 4
            }
            guard offset > 0, offset <= out.count, out.count + count <= length else {
                throw BodyEncoding.snappy.broken("a copy from before the start")
            }
            BackReference.copy(count, offset: offset, in: &out)
        }
        guard out.count == length else { throw BodyEncoding.snappy.broken("\(out.count) bytes of \(length)") }
        return out
    }

    private static func littleEndian(_ bytes: UnsafeRawBufferPointer, _ position: Int, _ count: Int) throws -> Int {
        guard bytes.count - position >= count else { throw BodyEncoding.snappy.broken("it ends too early") }
        var value = 0
        for index in 0..<count { value |= Int(bytes[position + index]) << (8 * index) }
        return value
    }
}

/// Copies of earlier output, as dictionary coders have them.
enum BackReference {
    /// Appends `count` bytes that begin `offset` before the end; they may overlap.
    static func copy(_ count: Int, offset: Int, in out: inout [UInt8]) {
        let start = out.count - offset
        if offset >= count {
            out.append(contentsOf: out[start..<start + count])
        } else {
            for index in 0..<count { out.append(out[start + index]) }
        }
    }
}
