import Foundation
public import SlipwayCore
public import SlipwayGraph

/// An opened package: checked, its graph decoded, its dense weights read, its tables mapped but not read, or copied.
public final class Package: Sendable {
    /// How much of a package is checked when it is opened.
    public enum Verification: Sendable {
        /// Every file is there with its size.
        case sizes
        /// The same, and every file has its SHA-256: reads everything once.
        case hashes
    }

    public let path: String
    public let manifest: PackageManifest
    public let graph: Graph
    /// Dense weights by parameter name, of the graph's shapes.
    public let dense: [String: Tensor]
    /// The same weights where they are stored in fewer bits; `dense` has what these stand for.
    public let reduced: [String: ReducedWeight]
    /// Embedding tables by parameter name, of the graph's shapes and types.
    public let tables: [String: StoredTable]

    /// Opens the package in the directory `path`.
    ///
    /// Throws `notFound` for a missing package or file, `corrupt` for one that does not hold what the manifest says,
    /// `mismatch` where weights and graph disagree, `unsupported` for a newer format. Files that the manifest does not
    /// list are ignored.
    ///
    /// - Parameter copiesTables: reads the tables into memory, so that their file may change while they are in use.
    public static func open(
        path: String, verify: Verification = .sizes, copiesTables: Bool = false
    ) throws -> Package {
        try withContext("in package \(path)") {
            let manifest = try readManifest(path)
            for file in manifest.files { try check(file, in: path, verify) }
            return try Package(path: path, manifest: manifest, copiesTables: copiesTables)
        }
    }

    /// A package whose files lie in `path`, checked already.
    init(path: String, manifest: PackageManifest, copiesTables: Bool = false) throws {
        self.path = path
        for name in [PackageFiles.graph, PackageFiles.dense, PackageFiles.tables] {
            guard manifest.files.contains(where: { $0.path == name }) else {
                throw SlipwayError(.corrupt, "the manifest does not list \(name)")
            }
        }
        self.manifest = manifest
        let stored = try Self.read("\(path)/\(PackageFiles.graph)")
        graph = try withContext("in \(PackageFiles.graph)") { try GraphDocument.decode(stored) }
        let weights = PackageWeights(graph: graph, manifest: manifest, copies: copiesTables)
        (dense, reduced) = try withContext("in \(PackageFiles.dense)") {
            try weights.dense("\(path)/\(PackageFiles.dense)")
        }
        tables = try withContext("in \(PackageFiles.tables)") { try weights.tables("\(path)/\(PackageFiles.tables)") }
    }

    /// Where the file listed as `name` lies. Throws `notFound`.
    public func file(_ name: String) throws -> String {
        guard manifest.files.contains(where: { $0.path == name }) else {
            throw SlipwayError(.notFound, "package \(path) has no file \(name)")
        }
        return "\(path)/\(name)"
    }

    /// The bytes of the file listed as `name`, for small files. Throws `notFound` or `ioFailure`.
    public func contents(_ name: String) throws -> [UInt8] { try Self.read(try file(name)) }

    private static func readManifest(_ path: String) throws -> PackageManifest {
        let file = "\(path)/\(PackageFiles.manifest)"
        var status = stat()
        let remedy = "name a directory that slipway export has written"
        guard stat(path, &status) == 0 else {
            var error = FileError.make(path: path, action: "open")
            error.fix = error.fix.map { _ in remedy }
            throw error
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw SlipwayError(.notFound, "it is a file, not a directory", fix: remedy)
        }
        guard stat(file, &status) == 0 || errno != ENOENT else {
            throw SlipwayError(
                .notFound, "there is no \(PackageFiles.manifest)", fix: remedy)
        }
        let bytes = try read(file)
        return try withContext("in \(PackageFiles.manifest)") { try PackageManifest(decoding: bytes) }
    }

    private static func check(_ file: PackageManifest.File, in path: String, _ verify: Verification) throws {
        let full = "\(path)/\(file.path)"
        let remedy = "copy or export the package again"
        var status = stat()
        guard stat(full, &status) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { throw FileError.make(path: full, action: "stat") }
            throw SlipwayError(
                .notFound, "\(file.path) is missing; the manifest lists it with \(file.bytes) bytes", fix: remedy)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SlipwayError(.corrupt, "\(file.path) is not a regular file", fix: remedy)
        }
        guard Int(status.st_size) == file.bytes else {
            throw SlipwayError(
                .corrupt, "\(file.path) has \(status.st_size) bytes; the manifest says \(file.bytes)", fix: remedy)
        }
        guard verify == .hashes else { return }
        let found = try FileHash.sha256(path: full).sha256
        guard found == file.sha256 else {
            throw SlipwayError(
                .corrupt, "\(file.path) has SHA-256 \(found); the manifest says \(file.sha256.prefix(64))", fix: remedy)
        }
    }

    private static func read(_ path: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        _ = try FileHash.read(path) { bytes.append(contentsOf: $0) }
        return bytes
    }
}
