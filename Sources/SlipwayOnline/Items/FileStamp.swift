import Foundation

/// What tells one state of a file or folder from the next.
package enum FileStamp {
    /// The newest change below `path`, links followed; nil when it is not there.
    package static func of(_ path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        guard status.st_mode & S_IFMT == S_IFDIR else { return text(status) }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        var parts: [String] = []
        for name in names.sorted() where !name.hasPrefix(".") {
            var inner = stat()
            if stat("\(path)/\(name)", &inner) == 0 { parts.append("\(name):\(text(inner))") }
        }
        return parts.joined(separator: ";")
    }

    private static func text(_ status: stat) -> String {
        "\(status.st_dev).\(status.st_ino).\(status.st_size).\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    }
}
