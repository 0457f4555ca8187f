import Foundation
import SlipwayCore

/// Standard output of commands that print a report, which may be long and may go into a pipe that its reader closes.
enum ReportOutput {
    /// Writes `text` and a line break. Throws `ioFailure` or `diskFull` when not all of it could be written.
    static func line(_ text: String) throws { try self.text(text + "\n") }

    /// Writes `text` as it is. Throws as `line`.
    static func text(_ text: String) throws {
        try write(text, to: STDOUT_FILENO, called: "standard output")
    }

    /// Throws, before long work, what `file` would throw for these paths after it: `alreadyExists`, `notFound`.
    static func check(_ paths: [String?]) throws {
        for path in paths.compactMap({ $0 }) {
            try checkAbsent(path)
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
            guard FileManager.default.fileExists(atPath: folder) else {
                throw SlipwayError(.notFound, "\(folder) does not exist", fix: "create it first")
            }
        }
    }

    private static func checkAbsent(_ path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw SlipwayError(.alreadyExists, "\(path) already exists", fix: "choose another name, or remove the file")
        }
    }

    /// Writes `text` into a new file, which appears whole or not at all. Throws `alreadyExists`, and as `line`.
    static func file(_ text: String, path: String) throws {
        try checkAbsent(path)
        let staging = "\(path).tmp.\(ProcessInfo.processInfo.processIdentifier)"
        let descriptor = open(staging, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError.make(path: path, action: "create") }
        do {
            defer { close(descriptor) }
            try write(text, to: descriptor, called: path)
        } catch {
            unlink(staging)
            throw error
        }
        guard rename(staging, path) == 0 else {
            let error = FileError.make(path: path, action: "create")
            unlink(staging)
            throw error
        }
    }

    private static func write(_ text: String, to descriptor: Int32, called name: String) throws {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileError.make(path: name, action: "write") }
            written += count
        }
    }
}
