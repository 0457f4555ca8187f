import Foundation
import SlipwayCore

/// A file of records, one after the other, each whole. For one thread.
final class AppendedFile {
    private(set) var size = 0
    private let path: String
    private let descriptor: Int32

    /// An empty file. Throws `ioFailure` or `diskFull`.
    ///
    /// - Parameter replaces: whether one of that name may be there, which is emptied.
    init(_ path: String, replaces: Bool = false) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (replaces ? O_TRUNC : O_EXCL), 0o640)
        guard descriptor >= 0 else { throw FileError.make(path: path, action: "create") }
    }

    /// Throws `diskFull` or `ioFailure`; a record that is not written whole is cut off again.
    func append(_ record: [UInt8]) throws {
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

    deinit { if descriptor >= 0 { close(descriptor) } }
}
