import SlipwayCore

/// LZ4 blocks and frames. Checksums of frames are passed over: a body that does not parse is refused anyway.
enum LZ4 {
    static func decodeBlock(_ bytes: UnsafeRawBufferPointer, limit: Int) throws -> [UInt8] {
        var out: [UInt8] = []
        try append(bytes, to: &out, limit: limit, .lz4)
        return out
    }

    static func decodeFrame(_ bytes: UnsafeRawBufferPointer, limit: Int) throws -> [UInt8] {
        func broken(_ what: String) -> SlipwayError { BodyEncoding.lz4Frame.broken(what) }
        guard bytes.count >= 7, BodyEncoding.sniff(bytes) == .lz4Frame else { throw broken("no frame header") }
        let flags = bytes[4]
        guard flags >> 6 == 1 else { throw broken("version \(flags >> 6)") }
        var position = 7 + (flags & 0x08 == 0 ? 0 : 8) + (flags & 0x01 == 0 ? 0 : 4)
        let isIndependent = flags & 0x20 != 0, hasChecksum = flags & 0x10 != 0
        var out: [UInt8] = []
        while true {
            guard bytes.count - position >= 4 else { throw broken("it ends too early") }
            let size = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
            position += 4
            if size == 0 { return out }
            let count = Int(size & 0x7fff_ffff)
            guard bytes.count - position >= count else { throw broken("a block beyond the end") }
            let block = UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
            if size >> 31 == 1 {
                guard out.count + count <= limit else { throw BodyEncoding.tooLarge(limit) }
                out.append(contentsOf: block)
            } else if isIndependent {
                var own: [UInt8] = []
                try append(block, to: &own, limit: limit - out.count, .lz4Frame)
                out.append(contentsOf: own)
            } else {
                try append(block, to: &out, limit: limit, .lz4Frame)
            }
            position += count + (hasChecksum ? 4 : 0)
        }
    }

    private static func append(
        _ bytes: UnsafeRawBufferPointer, to out: inout [UInt8], limit: Int, _ encoding: BodyEncoding
    ) throws {
        var position = 0
        func length(_ nibble: UInt8) throws -> Int {
            var value = Int(nibble)
            guard value == 15 else { return value }
            while true {
                guard position < bytes.count else { throw encoding.broken("it ends too early") }
                let byte = bytes[position]
                position += 1
                value += Int(byte)
                if byte != 255 { return value }
            }
        }
        while position < bytes.count {
            let token = bytes[position]
            position += 1
            let literals = try length(token >> 4)
            guard bytes.count - position >= literals else { throw encoding.broken("a literal beyond the end") }
            guard out.count + literals <= limit else { throw BodyEncoding.tooLarge(limit) }
            out.append(contentsOf: bytes[position..<position + literals])
            position += literals
            if position == bytes.count { return }
            guard bytes.count - position >= 2 else { throw encoding.broken("it ends too early") }
            let offset = Int(bytes[position]) | Int(bytes[position + 1]) << 8
            position += 2
            let count = try length(token & 15) + 4
            guard offset > 0, offset <= out.count else { throw encoding.broken("a copy from before the start") }
            guard out.count + count <= limit else { throw BodyEncoding.tooLarge(limit) }
            BackReference.copy(count, offset: offset, in: &out)
        }
    }
}
