import Foundation
import SlipwayCore

/// The directory a package grows in: a sibling of the final one, removed unless it is moved there.
final class PackageDirectory {
    let target: String
    let temporary: String
    private var parents: [String] = []
    private var isPending = true

    /// Throws `alreadyExists` when `target` is there, in upstream's words.
    init(target: String) throws {
        var target = target
        while target.count > 1, target.hasSuffix("/") { target.removeLast() }
        guard !target.isEmpty else {
            throw SlipwayError(
                .invalidArgument, "the export directory is an empty path", fix: "name a directory to create")
        }
        try Self.refuseExisting(target)
        self.target = target
        let parents = try Self.createParents(of: target)
        var attempt = 0
        var temporary = ""
        while true {
            temporary = "\(target).tmp.\(getpid()).\(attempt)"
            if mkdir(temporary, 0o755) == 0 { break }
            guard errno == EEXIST, attempt < 10_000 else {
                let error = FileError.make(path: temporary, action: "create")
                Self.remove(parents)
                throw error
            }
            attempt += 1
        }
        self.temporary = temporary
        self.parents = parents
    }

    /// Syncs every directory below and moves the whole into place.
    func move() throws {
        let inside = FileManager.default.enumerator(atPath: temporary)
        while let entry = inside?.nextObject() as? String {
            if Self.isDirectory("\(temporary)/\(entry)") { try Self.sync("\(temporary)/\(entry)") }
        }
        try Self.sync(temporary)
        // rename(2) would replace an empty directory without a word.
        try Self.refuseExisting(target)
        guard rename(temporary, target) == 0 else {
            guard errno != EEXIST, errno != ENOTEMPTY else { throw Self.exists(target) }
            throw FileError.make(path: target, action: "create")
        }
        isPending = false
        try Self.sync(Self.parent(of: target))
    }

    /// Removes what was written, and the parents that were made for it.
    func abandon() {
        guard isPending else { return }
        isPending = false
        try? FileManager.default.removeItem(atPath: temporary)
        Self.remove(parents)
    }

    deinit { abandon() }

    private static func exists(_ path: String) -> SlipwayError {
        SlipwayError(
            .alreadyExists, "directory \(path) already exist.", fix: "remove it or choose another export directory")
    }

    private static func refuseExisting(_ path: String) throws {
        var status = stat()
        guard lstat(path, &status) != 0 else { throw exists(path) }
        guard errno == ENOENT else { throw FileError.make(path: path, action: "stat") }
    }

    private static func createParents(of path: String) throws -> [String] {
        var missing: [String] = []
        var current = parent(of: path)
        var status = stat()
        while stat(current, &status) != 0, errno == ENOENT, current != parent(of: current) {
            missing.append(current)
            current = parent(of: current)
        }
        var created: [String] = []
        for directory in missing.reversed() {
            if mkdir(directory, 0o755) == 0 {
                created.append(directory)
            } else if errno != EEXIST {
                let error = FileError.make(path: directory, action: "create")
                remove(created)
                throw error
            }
        }
        return created
    }

    /// Innermost first; a directory that is no longer empty stays.
    private static func remove(_ directories: [String]) {
        for directory in directories.reversed() { rmdir(directory) }
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func sync(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.make(path: path, action: "open") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileError.make(path: path, action: "sync") }
    }
}
