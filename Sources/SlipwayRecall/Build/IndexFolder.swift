import Foundation
import SlipwayCore

/// Puts the two files of an index into a folder: both whole, or what was there before.
package enum IndexFolder {
    /// Throws `alreadyExists` where an index is there and must not be replaced.
    package static func check(_ folder: String, overwrite: Bool) throws {
        guard !overwrite, RecallIndex.isPresent(in: folder) else { return }
        throw SlipwayError(
            .alreadyExists, "\(folder) has an index already",
            fix: "pass --overwrite to replace it, or name another folder")
    }

    /// Writes under hidden names, then moves the mapping and last the index into place.
    package static func write(_ recall: RecallIndex, to folder: String) throws {
        let tag = ".tmp-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        let files = [RecallIndex.mappingName, RecallIndex.indexName].map { name in
            (temporary: "\(folder)/.\(name)\(tag)", final: "\(folder)/\(name)")
        }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw SlipwayError(.ioFailure, "cannot create \(folder): \(error.localizedDescription)", cause: error)
        }
        defer { for file in files { unlink(file.temporary) } }
        try recall.ids.write(to: files[0].temporary)
        try recall.index.write(to: files[1].temporary)
        try sync(files[0].temporary)
        for file in files where rename(file.temporary, file.final) != 0 {
            throw FileError.make(path: file.final, action: "write")
        }
        try sync(folder)
    }

    private static func sync(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.make(path: path, action: "open") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileError.make(path: path, action: "write") }
    }
}
