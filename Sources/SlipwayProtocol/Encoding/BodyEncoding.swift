import SlipwayCore

/// How a request body is compressed.
///
/// Clients compress by the service's `metadata.rpc.decompressor` and name nothing in the request; a `Content-Encoding`
/// wins over it, and where neither says anything the first bytes may.
package enum BodyEncoding: String, Sendable, CaseIterable {
    case identity, gzip, zlib, snappy, zstd
    /// A raw LZ4 block.
    case lz4
    case lz4Frame = "lz4frame"

    /// The value of `Content-Encoding` or of the setting; nil for an unknown word.
    package init?(name: String) {
        switch name.lowercased() {
        case "", "none", "identity": self = .identity
        case "gzip", "x-gzip": self = .gzip
        case "zlib", "deflate": self = .zlib
        case "snappy": self = .snappy
        case "zstd": self = .zstd
        case "lz4": self = .lz4
        case "lz4frame", "lz4-frame", "lz4_frame": self = .lz4Frame
        default: return nil
        }
    }

    /// What the first bytes tell. A `PBRequest` begins with none of these.
    package static func sniff(_ bytes: UnsafeRawBufferPointer) -> BodyEncoding {
        guard bytes.count >= 4 else { return .identity }
        switch (bytes[0], bytes[1], bytes[2], bytes[3]) {
        case (0x1f, 0x8b, _, _): return .gzip
        case (0x28, 0xb5, 0x2f, 0xfd): return .zstd
        case (0x04, 0x22, 0x4d, 0x18): return .lz4Frame
        case (0x78, let flags, _, _) where (0x7800 + Int(flags)) % 31 == 0: return .zlib
        default: return .identity
        }
    }

    /// The decoded body, of `limit` bytes at most. Throws `corrupt`, or `outOfRange` for a body that grows past the limit.
    package func decode(_ bytes: UnsafeRawBufferPointer, limit: Int) throws -> [UInt8] {
        switch self {
        case .identity: return Array(bytes)
        case .gzip, .zlib: return try Inflate.decode(bytes, limit: limit)
        case .snappy: return try SnappyBlock.decode(bytes, limit: limit)
        case .zstd: return try ZstdFrame.decode(bytes, limit: limit)
        case .lz4: return try LZ4Block.decode(bytes, limit: limit)
        case .lz4Frame: return try LZ4Frame.decode(bytes, limit: limit)
        }
    }

    static func tooLarge(_ limit: Int) -> SlipwayError {
        SlipwayError(
            .outOfRange, "the body grows past \(limit) bytes when decompressed",
            fix: "send smaller requests or raise max_decompressed_bytes")
    }

    func broken(_ what: String) -> SlipwayError {
        SlipwayError(
            .corrupt, "the body is no \(rawValue) data: \(what)",
            fix: "compress it as metadata.rpc.decompressor says, or send Content-Encoding")
    }
}
