import CSlipwaySystem
import SlipwayCore

/// LZ4 frames, one or several after each other, their checksums checked.
enum LZ4Frame {
    static func decode(_ bytes: UnsafeRawBufferPointer, limit: Int) throws -> [UInt8] {
        var context: OpaquePointer?
        guard LZ4F_isError(LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))) == 0, let context else {
            throw SlipwayError(.internalFault, "LZ4 does not start")
        }
        defer { LZ4F_freeDecompressionContext(context) }
        var out: [UInt8] = []
        var position = 0
        let chunk = min(max(bytes.count * 4, 4096), 1 << 20)
        while true {
            let filled = out.count
            guard filled <= limit else { throw BodyEncoding.tooLarge(limit) }
            let room = min(chunk, limit + 1 - filled)
            out.append(contentsOf: repeatElement(0, count: room))
            var written = room
            var read = bytes.count - position
            let status = out.withUnsafeMutableBytes { buffer in
                LZ4F_decompress(
                    context, buffer.baseAddress.map { $0 + filled }, &written, bytes.baseAddress.map { $0 + position },
                    &read, nil)
            }
            guard LZ4F_isError(status) == 0 else {
                throw BodyEncoding.lz4Frame.broken(String(cString: LZ4F_getErrorName(status)))
            }
            out.removeLast(room - written)
            position += read
            if status == 0, position == bytes.count {
                guard out.count <= limit else { throw BodyEncoding.tooLarge(limit) }
                return out
            }
            guard written > 0 || read > 0 else { throw BodyEncoding.lz4Frame.broken("it ends too early") }
        }
    }
}
