import SlipwayCore

/// One piece of a stored tensor and the file it lies in.
public struct StoredPiece: Sendable, Hashable {
    /// First index and extent in each dimension of the whole tensor.
    public let offsets: [Int]
    public let sizes: [Int]
    /// Relative to the checkpoint's folder.
    public let file: String
    /// Bytes of the file that hold the piece.
    public let bytes: Range<Int>
}

extension DistributedCheckpoint {
    /// The pieces of every tensor of the checkpoint in `directory`, by tensor name. Reads `.metadata` only.
    ///
    /// Throws `notFound`, `corrupt` or `unsupported`, naming the file.
    public static func pieces(directory: String) throws -> [String: [StoredPiece]] {
        let path = directory + "/.metadata"
        let entries = try MappedFile.withBytes(of: path) { bytes in
            try withContext("in \(path)") { try CheckpointMetadata(bytes).entries }
        }
        return entries.mapValues { entry in
            entry.chunks.map { StoredPiece(offsets: $0.offsets, sizes: $0.sizes, file: $0.file, bytes: $0.bytes) }
        }
    }
}
