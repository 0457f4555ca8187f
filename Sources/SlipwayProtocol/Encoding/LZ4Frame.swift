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
        var position = 0
        return try GrowingBody.decode(.lz4Frame, encodedBytes: bytes.count, limit: limit) { room in
            var written = room.count
            var read = bytes.count - position
            let status = LZ4F_decompress(
                context, room.baseAddress, &written, bytes.baseAddress.map { $0 + position }, &read, nil)
            guard LZ4F_isError(status) == 0 else {
                throw BodyEncoding.lz4Frame.broken(String(cString: LZ4F_getErrorName(status)))
            }
            position += read
            return GrowingBody.Step(
                written: written, isDone: status == 0 && position == bytes.count, hasMoved: written > 0 || read > 0)
        }
    }
}
