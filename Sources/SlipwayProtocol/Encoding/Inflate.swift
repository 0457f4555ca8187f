import CSlipwaySystem
import SlipwayCore

/// zlib and gzip containers, told apart by zlib itself.
enum Inflate {
    static func decode(_ bytes: UnsafeRawBufferPointer, limit: Int) throws -> [UInt8] {
        guard bytes.count <= Int(UInt32.max) else { throw BodyEncoding.tooLarge(limit) }
        var stream = z_stream()
        try open(&stream, bytes)
        defer { inflateEnd(&stream) }
        return try GrowingBody.decode(.zlib, encodedBytes: bytes.count, limit: limit) { room in
            stream.next_out = room.assumingMemoryBound(to: UInt8.self).baseAddress
            stream.avail_out = UInt32(room.count)
            let status = inflate(&stream, Z_NO_FLUSH)
            let written = room.count - Int(stream.avail_out)
            let isDone = status == Z_STREAM_END
            guard isDone || status == Z_OK || status == Z_BUF_ERROR else {
                throw BodyEncoding.zlib.broken("damaged stream")
            }
            guard !isDone || stream.avail_in == 0 else { throw BodyEncoding.zlib.broken("bytes follow its end") }
            return GrowingBody.Step(written: written, isDone: isDone, hasMoved: written > 0)
        }
    }

    /// The first bytes of what is decoded, `count` at most; the rest is not looked at.
    static func prefix(_ bytes: UnsafeRawBufferPointer, count: Int) throws -> [UInt8] {
        var stream = z_stream()
        try open(&stream, UnsafeRawBufferPointer(rebasing: bytes.prefix(count)))
        defer { inflateEnd(&stream) }
        return try [UInt8](unsafeUninitializedCapacity: count) { room, filled in
            stream.next_out = room.baseAddress
            stream.avail_out = UInt32(room.count)
            let status = inflate(&stream, Z_SYNC_FLUSH)
            filled = room.count - Int(stream.avail_out)
            guard status == Z_STREAM_END || status == Z_OK || status == Z_BUF_ERROR else {
                throw BodyEncoding.zlib.broken("damaged stream")
            }
        }
    }

    /// Opens a stream over `bytes`, of less than 4 GB, where it lies: zlib knows streams by their address. `inflateEnd` is
    /// the caller's to call.
    private static func open(_ stream: inout z_stream, _ bytes: UnsafeRawBufferPointer) throws {
        // 15 bits of window; +32: either container.
        guard inflateInit2_(&stream, 47, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw SlipwayError(.internalFault, "zlib does not start")
        }
        stream.next_in = UnsafeMutablePointer(
            mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.avail_in = UInt32(bytes.count)
    }
}
