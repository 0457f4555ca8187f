internal import Glibc
internal import SlipwayCore

/// A folder that gets one finished file, or nothing.
///
/// The file is written under a hidden name: in a hidden sibling folder while the folder is absent, in the folder itself
/// where it is there already. `commit` moves it into place by one rename.
final class OutputFolder {
    let directory: String
    let fileName: String
    let overwrite: Bool
    /// Where to write.
    let temporaryPath: String
    /// The hidden sibling folder; nil when the folder is there already.
    private let temporaryDirectory: String?
    private var isOpen = true

    /// - Throws: `alreadyExists` when the folder holds something and `overwrite` is false; `ioFailure`.
    init(_ directory: String, fileName: String, overwrite: Bool) throws {
        var trimmed = Substring(directory)
        while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed = trimmed.dropLast() }
        guard !trimmed.isEmpty else {
            throw SlipwayError(.invalidArgument, "the output path is empty", fix: "name an output directory")
        }
        let directory = String(trimmed)
        self.directory = directory
        self.fileName = fileName
        self.overwrite = overwrite
        let tag = "tmp-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        var info = stat()
        if stat(directory, &info) == 0 {
            guard info.st_mode & S_IFMT == S_IFDIR else {
                throw SlipwayError(.alreadyExists, "\(directory) is not a directory", fix: "choose another output path")
            }
            if !overwrite, try !Self.names(in: directory).isEmpty {
                throw SlipwayError(
                    .alreadyExists, "directory \(directory) already exist.",
                    fix: "remove it or choose another output path")
            }
            self.temporaryDirectory = nil
            self.temporaryPath = "\(directory)/.\(fileName).\(tag)"
        } else {
            let (parent, name) = Self.split(directory)
            try Self.makeDirectories(parent)
            let sibling = "\(parent)/.\(name).\(tag)"
            guard mkdir(sibling, 0o777) == 0 else { throw systemFailure("cannot create \(sibling)", errno) }
            self.temporaryDirectory = sibling
            self.temporaryPath = "\(sibling)/\(fileName)"
        }
    }

    deinit { discard() }

    /// Removes what was written, unless it is in place already.
    func discard() {
        guard isOpen else { return }
        isOpen = false
        unlink(temporaryPath)
        if let temporaryDirectory { rmdir(temporaryDirectory) }
    }

    /// Makes the closed file durable and moves it into place. Parts an earlier run left beside it are removed.
    func commit() throws {
        try Self.sync(temporaryPath)
        if let temporaryDirectory {
            try Self.sync(temporaryDirectory)
            if rename(temporaryDirectory, directory) == 0 {
                isOpen = false
                try Self.sync(Self.split(directory).parent)
                return
            }
            guard errno == ENOTEMPTY || errno == EEXIST, overwrite else {
                throw systemFailure("cannot move the output to \(directory)", errno)
            }
        }
        guard rename(temporaryPath, "\(directory)/\(fileName)") == 0 else {
            throw systemFailure("cannot move the output to \(directory)/\(fileName)", errno)
        }
        isOpen = false
        if let temporaryDirectory { rmdir(temporaryDirectory) }
        for name in try Self.names(in: directory) where name != fileName && Self.isPart(name) {
            unlink("\(directory)/\(name)")
        }
        try Self.sync(directory)
    }

    /// Whether `name` is one that a run gives to its output: `part-<number>.parquet` or `.csv`.
    private static func isPart(_ name: String) -> Bool {
        guard name.hasPrefix("part-") else { return false }
        let pieces = name.dropFirst("part-".count).split(separator: ".", omittingEmptySubsequences: false)
        return pieces.count == 2 && Int(pieces[0]) != nil && (pieces[1] == "parquet" || pieces[1] == "csv")
    }

    private static func split(_ path: String) -> (parent: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let parent = String(path[..<slash])
        return (parent.isEmpty ? "/" : parent, String(path[path.index(after: slash)...]))
    }

    private static func makeDirectories(_ path: String) throws {
        guard mkdir(path, 0o777) != 0, errno != EEXIST else { return }
        guard errno == ENOENT, path != "/", path != "." else { throw systemFailure("cannot create \(path)", errno) }
        try makeDirectories(split(path).parent)
        guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw systemFailure("cannot create \(path)", errno) }
    }

    private static func names(in directory: String) throws -> [String] {
        guard let handle = opendir(directory) else { throw systemFailure("cannot list \(directory)", errno) }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = entryName(entry)
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private static func sync(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw systemFailure("cannot open \(path)", errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw systemFailure("cannot write \(path) to the device", errno) }
    }
}

/// The name of a directory entry.
func entryName(_ entry: UnsafeMutablePointer<dirent>) -> String {
    withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)) {
            String(cString: $0)
        }
    }
}
