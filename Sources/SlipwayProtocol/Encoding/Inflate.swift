import CSlipwaySystem
import SlipwayCore

/// zlib and gzip containers, told apart by zlib itself.
enum Inflate {
    static func decode(_ bytes: UnsafeRawBufferPointer, limit: Int) throws -> [UInt8] {
        guard bytes.count <= Int(UInt32.max) else { throw BodyEncoding.tooLarge(limit) }
        var stream = z_stream()
        // 15 bits of window; +32: either container.
        guard inflateInit2_(&stream, 47, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw SlipwayError(.internalFault, "zlib does not start")
        }
        defer { inflateEnd(&stream) }
        stream.next_in = UnsafeMutablePointer(
            mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.avail_in = UInt32(bytes.count)
        var out: [UInt8] = []
        let chunk = min(max(bytes.count * 4, 4096), 1 << 20)
        while true {
            let filled = out.count
            guard filled <= limit else { throw BodyEncoding.tooLarge(limit) }
            out.append(contentsOf: repeatElement(0, count: min(chunk, limit + 1 - filled)))
            let room = out.count - filled
            let status = out.withUnsafeMutableBufferPointer { buffer in
                stream.next_out = buffer.baseAddress.map { $0 + filled }
                stream.avail_out = UInt32(room)
                return inflate(&stream, Z_NO_FLUSH)
            }
            let written = room - Int(stream.avail_out)
            out.removeLast(room - written)
            if status == Z_STREAM_END {
                guard stream.avail_in == 0 else { throw BodyEncoding.zlib.broken("bytes follow its end") }
                guard out.count <= limit else { throw BodyEncoding.tooLarge(limit) }
                return out
            }
            guard status == Z_OK || status == Z_BUF_ERROR else { throw BodyEncoding.zlib.broken("damaged stream") }
            guard written > 0 else { throw BodyEncoding.zlib.broken("it ends too early") }
        }
    }
}
