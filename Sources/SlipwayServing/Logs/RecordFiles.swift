import Foundation

/// A log of records in files that are rotated by size; together they stay below a limit, the oldest going first.
///
/// For one thread.
final class RecordFiles {
    private let folder: String
    private let prefix: String
    private let limitBytes: Int
    private let fileBytes: Int
    private var file: AppendedFile?
    private var sequence = 0

    init(folder: String, prefix: String, limitBytes: Int) {
        self.folder = folder
        self.prefix = prefix
        self.limitBytes = limitBytes
        fileBytes = max(1 << 20, min(64 << 20, limitBytes / 4))
    }

    /// Appends a record. Throws `diskFull` or `ioFailure`; a record that is not written whole is cut off again.
    func append(_ record: [UInt8]) throws {
        let current: AppendedFile
        if let file, file.size + record.count <= fileBytes { current = file } else { current = try rotate() }
        try current.append(record)
    }

    private func rotate() throws -> AppendedFile {
        file = nil
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        dropOldest()
        sequence += 1
        let time = Int(Date().timeIntervalSince1970 * 1000)
        let fresh = try AppendedFile("\(folder)/\(prefix)-\(time)-\(sequence).pblog")
        file = fresh
        return fresh
    }

    private func dropOldest() {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter {
            $0.hasPrefix("\(prefix)-") && $0.hasSuffix(".pblog")
        }.sorted()
        var sizes = names.map { name -> Int in
            var status = stat()
            return stat("\(folder)/\(name)", &status) == 0 ? Int(status.st_size) : 0
        }
        var total = sizes.reduce(0, +)
        for (index, name) in names.enumerated() where total + fileBytes > limitBytes {
            unlink("\(folder)/\(name)")
            total -= sizes[index]
            sizes[index] = 0
        }
    }
}
