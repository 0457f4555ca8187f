import CSlipwaySystem
import Testing

/// Bodies as clients compress them.
enum CompressedBody {
    /// Formats by the name of `metadata.rpc.decompressor`.
    static func make(_ bytes: [UInt8], _ format: String) throws -> [UInt8] {
        switch format {
        case "zlib", "gzip": return try deflated(bytes, windowBits: format == "gzip" ? 31 : 15)
        case "zstd":
            return try filled(ZSTD_compressBound(bytes.count)) {
                ZSTD_compress($0.baseAddress, $0.count, bytes, bytes.count, 3)
            }
        case "snappy":
            return try filled(snappy_max_compressed_length(bytes.count)) { buffer in
                var count = buffer.count
                try bytes.withUnsafeBytes {
                    let status = snappy_compress(
                        $0.assumingMemoryBound(to: CChar.self).baseAddress, $0.count,
                        buffer.assumingMemoryBound(to: CChar.self).baseAddress, &count)
                    try #require(status == SNAPPY_OK)
                }
                return count
            }
        case "lz4":
            return try filled(Int(LZ4_compressBound(Int32(bytes.count)))) { buffer in
                bytes.withUnsafeBytes {
                    Int(
                        LZ4_compress_default(
                            $0.assumingMemoryBound(to: CChar.self).baseAddress,
                            buffer.assumingMemoryBound(to: CChar.self).baseAddress, Int32($0.count), Int32(buffer.count)
                        ))
                }
            }
        default:
            try #require(format == "lz4frame")
            return try filled(LZ4F_compressFrameBound(bytes.count, nil)) {
                LZ4F_compressFrame($0.baseAddress, $0.count, bytes, bytes.count, nil)
            }
        }
    }

    private static func filled(
        _ capacity: Int, _ body: (UnsafeMutableRawBufferPointer) throws -> Int
    ) throws -> [UInt8] {
        var out = [UInt8](repeating: 0, count: capacity)
        let count = try out.withUnsafeMutableBytes(body)
        try #require((1...capacity).contains(count))
        return Array(out[..<count])
    }

    private static func deflated(_ bytes: [UInt8], windowBits: Int32) throws -> [UInt8] {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        try #require(
            deflateInit2_(&stream, 6, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK)
        defer { deflateEnd(&stream) }
        var source = bytes
        return try filled(Int(deflateBound(&stream, UInt(bytes.count)))) { buffer in
            try source.withUnsafeMutableBufferPointer {
                stream.next_in = $0.baseAddress
                stream.avail_in = UInt32($0.count)
                stream.next_out = buffer.assumingMemoryBound(to: UInt8.self).baseAddress
                stream.avail_out = UInt32(buffer.count)
                try #require(deflate(&stream, Z_FINISH) == Z_STREAM_END)
            }
            return Int(stream.total_out)
        }
    }
}
