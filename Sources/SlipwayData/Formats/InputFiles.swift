internal import Glibc
internal import SlipwayCore

/// The files that a list of paths stands for.
public struct InputFiles: Sendable, Equatable {
    public let paths: [String]
    /// Bytes of all files together.
    public let totalBytes: Int
    /// Bytes of each file.
    public let sizes: [Int]

    /// Expands comma separated paths, globs and directories.
    ///
    /// A glob stands for the files it matches, in byte order of their paths; a directory for the files in it that have
    /// the format's ending, hidden ones left out. A file named twice is read twice.
    /// - Throws: `notFound` when a path without wildcards is absent, or nothing matches at all.
    public init(matching list: String, format: RowFormat) throws {
        var found: [String] = []
        for entry in list.split(separator: ",").map(String.init) {
            let matches = Self.expand(entry)
            if matches.isEmpty, !entry.contains(where: { "*?[".contains($0) }) {
                throw Self.nothing(at: entry, format)
            }
            for match in matches {
                found += Self.isDirectory(match) ? try Self.files(in: match, format) : [match]
            }
        }
        guard !found.isEmpty else { throw Self.nothing(at: list, format) }
        self.paths = found
        self.sizes = try found.map(Self.size)
        self.totalBytes = sizes.reduce(0) { $0.addingReportingOverflow($1).partialValue }
    }

    private static func nothing(at path: String, _ format: RowFormat) -> SlipwayError {
        SlipwayError(
            .notFound, "No \(format.fileExtension) files exist in \(path.isEmpty ? "an empty path" : path).",
            fix: "check the input path; it may list paths, globs and directories, separated by commas")
    }

    private static func expand(_ pattern: String) -> [String] {
        var matches = glob_t()
        defer { globfree(&matches) }
        guard glob(pattern, GLOB_NOSORT | GLOB_NOESCAPE, nil, &matches) == 0 else { return [] }
        let paths = (0..<Int(matches.gl_pathc)).compactMap { index in
            matches.gl_pathv[index].map { String(cString: $0) }
        }
        return paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func isDirectory(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }

    private static func files(in directory: String, _ format: RowFormat) throws -> [String] {
        // Wildcard characters in the directory's own name must not match anything else.
        guard let handle = opendir(directory) else { throw systemFailure("cannot list \(directory)", errno) }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = entryName(entry)
            if !name.hasPrefix("."), name.hasSuffix(".\(format.fileExtension)") { names.append(name) }
        }
        let base = directory.hasSuffix("/") ? directory : directory + "/"
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { base + $0 }
    }

    private static func size(_ path: String) throws -> Int {
        var info = stat()
        guard stat(path, &info) == 0 else { throw systemFailure("cannot read \(path)", errno) }
        return Int(info.st_size)
    }
}

/// The error for a system call that set `number`.
func systemFailure(_ what: String, _ number: Int32) -> SlipwayError {
    let code: SlipwayError.Code
    switch number {
    case ENOSPC, EDQUOT, EFBIG: code = .diskFull
    case ENOENT: code = .notFound
    default: code = .ioFailure
    }
    return SlipwayError(code, "\(what): \(String(cString: strerror(number)))")
}
