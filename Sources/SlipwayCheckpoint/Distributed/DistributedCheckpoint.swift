import Foundation
import SlipwayCore
import Synchronization

/// A folder in PyTorch's distributed-checkpoint format: `.metadata` and the `.distcp` files of each rank.
///
/// Opening reads `.metadata` and checks that every file is as long as it must be; elements are read on demand from
/// mapped files. Any number of threads may read.
public final class DistributedCheckpoint: TensorSource {
    public let directory: String
    /// Every tensor by name; entries that are not tensors are left out.
    public let tensors: [String: TensorInfo]
    private let entries: [String: CheckpointMetadata.Entry]
    private let files = Mutex<[String: MappedFile]>([:])
    private let archives = Mutex<[ArchiveKey: ArchivedTensor]>([:])

    private struct ArchiveKey: Hashable {
        let file: String
        let offset: Int
        let name: String
    }

    /// Throws `notFound` when the folder, `.metadata` or a file is missing; `corrupt` or `unsupported`, naming file and
    /// tensor, for contents that cannot be read.
    public init(directory: String) throws {
        let path = directory + "/.metadata"
        guard FileManager.default.fileExists(atPath: path) else {
            throw SlipwayError(
                .notFound, "\(directory) has no .metadata, so it is not a distributed checkpoint",
                fix: "give a folder that torch.distributed.checkpoint wrote, with its hidden files")
        }
        self.directory = directory
        entries = try MappedFile.withBytes(of: path) { bytes in
            try withContext("in \(path)") { try CheckpointMetadata(bytes).entries }
        }
        tensors = entries.mapValues(\.info)
        try checkFileSizes()
    }

    /// Throws `corrupt` naming the bytes that a shortened file lacks.
    private func checkFileSizes() throws {
        var sizes: [String: Int] = [:]
        for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
            for chunk in entry.chunks {
                let size = try sizes[chunk.file] ?? mapped(chunk.file).bytes.count
                sizes[chunk.file] = size
                guard chunk.bytes.upperBound <= size else {
                    throw SlipwayError(
                        .corrupt,
                        "\(directory)/\(chunk.file) is cut off: \(name) needs bytes "
                            + "\(chunk.bytes.lowerBound)..<\(chunk.bytes.upperBound), "
                            + "bytes \(max(size, chunk.bytes.lowerBound))..<\(chunk.bytes.upperBound) are missing",
                        fix: "copy the file again from where it was trained")
                }
            }
        }
    }

    private func mapped(_ name: String) throws -> MappedFile {
        try files.withLock { files in
            if let file = files[name] { return file }
            let path = "\(directory)/\(name)"
            guard access(path, F_OK) == 0 || errno != ENOENT else {
                throw SlipwayError(
                    .notFound, "\(path) does not exist, but .metadata lists it",
                    fix: "copy the whole checkpoint folder, files of every rank included")
            }
            let file = try MappedFile(path: path)
            files[name] = file
            return file
        }
    }

    public func readRows(_ name: String, _ rows: Range<Int>, into target: UnsafeMutableRawBufferPointer) throws {
        let info = try checkedInfo(name, rows, target.count)
        guard let entry = entries[name], !rows.isEmpty, info.byteCount > 0, let base = target.baseAddress else {
            return
        }
        for chunk in entry.chunks {
            let shared = chunk.rows.clamped(to: rows)
            guard !shared.isEmpty, !chunk.sizes.contains(0) else { continue }
            try withContext("tensor \(name) in \(directory)/\(chunk.file), byte \(chunk.bytes.lowerBound)") {
                try copy(chunk, shared, firstRow: rows.lowerBound, info, into: base)
            }
        }
    }

    /// Copies the rows `shared` of one chunk to their places in a target that begins with `firstRow`.
    private func copy(
        _ chunk: StoredChunk, _ shared: Range<Int>, firstRow: Int, _ info: TensorInfo,
        into base: UnsafeMutableRawPointer
    ) throws {
        let file = try mapped(chunk.file)
        let archive = UnsafeRawBufferPointer(rebasing: file.bytes[chunk.bytes])
        let stored = try archivedTensor(chunk, archive, info)
        guard let start = archive.baseAddress else { return }
        let itemBytes = info.dtype.storedBytes
        var targetStrides = [Int](repeating: itemBytes, count: info.shape.count)
        for dimension in info.shape.indices.dropLast().reversed() {
            targetStrides[dimension] = targetStrides[dimension + 1] * info.shape[dimension + 1]
        }
        var sizes = chunk.sizes
        var to = 0
        for (offset, stride) in zip(chunk.offsets, targetStrides) { to += offset * stride }
        var from = stored.start
        if !sizes.isEmpty {
            sizes[0] = shared.count
            to = to + (shared.lowerBound - chunk.rows.lowerBound - firstRow) * targetStrides[0]
            from += (shared.lowerBound - chunk.rows.lowerBound) * stored.strides[0] * itemBytes
        }
        ChunkCopy(
            sizes: sizes, sourceStrides: stored.strides.map { $0 * itemBytes }, targetStrides: targetStrides,
            itemBytes: itemBytes
        ).run(from: start + from, to: base + to)
    }

    /// The layout of a chunk's archive, read once.
    private func archivedTensor(
        _ chunk: StoredChunk, _ archive: UnsafeRawBufferPointer, _ info: TensorInfo
    ) throws -> ArchivedTensor {
        let key = ArchiveKey(file: chunk.file, offset: chunk.bytes.lowerBound, name: info.name)
        if let known = archives.withLock({ $0[key] }) { return known }
        let stored = try ArchivedTensor(archive: archive)
        guard stored.dtype == info.dtype, stored.sizes == chunk.sizes else {
            throw SlipwayError(
                .corrupt,
                ".metadata says \(info.dtype.rawValue) of shape \(chunk.sizes), "
                    + "the archive holds \(stored.dtype.rawValue) of shape \(stored.sizes)",
                fix: "use .metadata and .distcp files of the same save")
        }
        archives.withLock { $0[key] = stored }
        return stored
    }

    public func discardRows(_ name: String, _ rows: Range<Int>) {
        guard let entry = entries[name] else { return }
        for chunk in entry.chunks {
            let shared = chunk.rows.clamped(to: rows)
            let key = ArchiveKey(file: chunk.file, offset: chunk.bytes.lowerBound, name: name)
            guard !shared.isEmpty, let file = files.withLock({ $0[chunk.file] }),
                let stored = archives.withLock({ $0[key] }), let stride = stored.strides.first
            else { continue }
            let rowBytes = stride * entry.info.dtype.storedBytes
            let start = chunk.bytes.lowerBound + stored.start
            let first = start + (shared.lowerBound - chunk.rows.lowerBound) * rowBytes
            file.discard(first..<min(first + shared.count * rowBytes, chunk.bytes.upperBound))
        }
    }
}
