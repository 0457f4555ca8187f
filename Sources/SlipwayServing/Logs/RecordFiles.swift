import Foundation
import SlipwayCore

/// A log of records in files that are rotated by size; together they stay below a limit, the oldest going first.
///
/// For one thread.
final class RecordFiles {
    private let folder: String
    private let prefix: String
    private let limitBytes: Int
    private let fileBytes: Int
    private var descriptor: Int32 = -1
    private var path = ""
    private var size = 0
    private var sequence = 0

    init(folder: String, prefix: String, limitBytes: Int) {
        self.folder = folder
        self.prefix = prefix
        self.limitBytes = limitBytes
        fileBytes = max(1 << 20, min(64 << 20, limitBytes / 4))
    }

    /// Appends a record. Throws `diskFull` or `ioFailure`; a record that is not written whole is cut off again.
    func append(_ record: [UInt8]) throws {
        if descriptor < 0 || size + record.count > fileBytes { try rotate() }
        var rest = record[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else {
                let error = FileError.make(path: path, action: "write")
                ftruncate(descriptor, off_t(size))
                lseek(descriptor, off_t(size), SEEK_SET)
                throw error
            }
            rest = rest.dropFirst(written)
        }
        size += record.count
    }

    private func rotate() throws {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        dropOldest()
        sequence += 1
        let time = Int(Date().timeIntervalSince1970 * 1000)
        path = "\(folder)/\(prefix)-\(time)-\(sequence).pblog"
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw FileError.make(path: path, action: "create") }
        size = 0
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

    deinit { if descriptor >= 0 { close(descriptor) } }
}
