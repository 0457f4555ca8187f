import CSlipwaySystem
import SlipwayCore

/// Zstandard frames.
enum ZstdFrame {
    static func decode(_ bytes: UnsafeRawBufferPointer, limit: Int) throws -> [UInt8] {
        guard let stream = ZSTD_createDStream() else { throw SlipwayError(.internalFault, "zstd does not start") }
        defer { ZSTD_freeDStream(stream) }
        // A frame may ask for a window of gigabytes: no more than 8 MB are given.
        ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, 23)
        var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        return try GrowingBody.decode(.zstd, encodedBytes: bytes.count, limit: limit) { room in
            let before = input.pos
            var output = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
            let status = ZSTD_decompressStream(stream, &output, &input)
            guard ZSTD_isError(status) == 0 else {
                throw BodyEncoding.zstd.broken(String(cString: ZSTD_getErrorName(status)))
            }
            return GrowingBody.Step(
                written: output.pos, isDone: status == 0 && input.pos == input.size,
                hasMoved: output.pos > 0 || input.pos > before)
        }
    }
}
