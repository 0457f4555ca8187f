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
        var out: [UInt8] = []
        let chunk = min(max(bytes.count * 4, 4096), 1 << 20)
        while true {
            let filled = out.count
            guard filled <= limit else { throw BodyEncoding.tooLarge(limit) }
            let room = min(chunk, limit + 1 - filled)
            out.append(contentsOf: repeatElement(0, count: room))
            let before = input.pos
            let (status, written) = out.withUnsafeMutableBytes { buffer in
                var output = ZSTD_outBuffer(dst: buffer.baseAddress.map { $0 + filled }, size: room, pos: 0)
                let status = ZSTD_decompressStream(stream, &output, &input)
                return (status, output.pos)
            }
            out.removeLast(room - written)
            guard ZSTD_isError(status) == 0 else {
                throw BodyEncoding.zstd.broken(String(cString: ZSTD_getErrorName(status)))
            }
            if status == 0, input.pos == input.size {
                guard out.count <= limit else { throw BodyEncoding.tooLarge(limit) }
                return out
            }
            guard written > 0 || input.pos > before else { throw BodyEncoding.zstd.broken("it ends too early") }
        }
    }
}
