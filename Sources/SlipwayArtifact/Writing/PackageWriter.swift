import Foundation
import SlipwayCore

/// Writes a package: every file into a temporary sibling directory, then one rename. Whole or absent.
///
/// A writer that goes away before `finish` leaves nothing behind. A process that is killed leaves
/// `<directory>.tmp.<pid>.<n>`, which no reader takes for a package.
public final class PackageWriter {
    /// The directory the package will have.
    public var directory: String { place.target }
    private let place: PackageDirectory
    private var files: [String: PackageManifest.File] = [:]
    private var open: [String: HashedFile] = [:]
    private var isFinished = false

    /// Throws `alreadyExists` when there is something at `directory`. Missing parents are created.
    public init(directory: String) throws {
        place = try PackageDirectory(target: directory)
    }

    /// Adds a small file.
    public func add(_ path: String, bytes: [UInt8]) throws {
        let file = try create(path)
        try file.append(bytes)
        try close(path)
    }

    /// Starts a file that is written piece by piece; `finish` closes it.
    public func create(_ path: String) throws -> HashedFile {
        let file = try HashedFile(creating: try reserve(path))
        open[path] = file
        return file
    }

    /// Copies the file at `source`, such as an asset.
    public func copy(_ source: String, as path: String) throws {
        let file = try create(path)
        _ = try FileHash.read(source) { try file.append($0) }
        try close(path)
    }

    /// Lets `body` write a file at the path it is given; hashes it by reading it again.
    public func add<T>(_ path: String, writing body: (_ path: String) throws -> T) throws -> T {
        let full = try reserve(path)
        let result: T
        do {
            result = try body(full)
        } catch {
            unlink(full)
            throw error
        }
        let hashed = try FileHash.sha256(path: full)
        try Self.sync(full)
        files[path] = PackageManifest.File(path: path, bytes: hashed.bytes, sha256: hashed.sha256)
        return result
    }

    /// Closes a file made by `create`, so that its size and hash are final. `finish` does it for the ones left.
    public func close(_ path: String) throws {
        guard let file = open.removeValue(forKey: path) else {
            throw SlipwayError(.internalFault, "\(path) is not being written")
        }
        files[path] = PackageManifest.File(path: path, bytes: file.byteCount, sha256: try file.close())
    }

    /// The package as it is so far, of the files that are closed, with `manifest` for its own: to look at before it is finished.
    /// Its tables are mapped where the package grows, and stay readable when it has moved into place.
    public func preview(_ manifest: PackageManifest) throws -> Package {
        var manifest = manifest
        manifest.files = files.values.sorted { $0.path < $1.path }
        return try Package(path: place.temporary, manifest: manifest)
    }

    /// Closes every file, writes the manifest and moves the package into place. Gives the manifest with its file list.
    @discardableResult
    public func finish(_ manifest: PackageManifest) throws -> PackageManifest {
        do {
            for path in open.keys.sorted() { try close(path) }
            var manifest = manifest
            manifest.formatVersion = PackageManifest.currentFormatVersion
            manifest.files = files.values.sorted { $0.path < $1.path }
            try add(PackageFiles.manifest, bytes: try manifest.encoded())
            isFinished = true
            try place.move()
            return manifest
        } catch {
            abandon()
            throw error
        }
    }

    /// Removes everything written so far. Without it, the same happens when the writer goes away.
    public func abandon() {
        isFinished = true
        open = [:]
        place.abandon()
    }

    /// The place of a new file, with its folder made.
    private func reserve(_ path: String) throws -> String {
        guard !isFinished else { throw SlipwayError(.internalFault, "the package \(directory) is finished") }
        guard PackageFiles.staysInside(path) else {
            throw SlipwayError(
                .invalidArgument, "\"\(path)\" is not a path in the package",
                fix: "use a relative path without empty, . or .. parts")
        }
        guard files[path] == nil, open[path] == nil else {
            throw SlipwayError(.alreadyExists, "the package has two files called \(path)", fix: "rename one of them")
        }
        let full = "\(place.temporary)/\(path)"
        var parts = path.split(separator: "/")
        parts.removeLast()
        var folder = place.temporary
        for part in parts {
            folder += "/\(part)"
            guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
                throw FileError.make(path: folder, action: "create")
            }
        }
        return full
    }

    private static func sync(_ path: String) throws {
        let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.make(path: path, action: "open") }
        defer { _ = Foundation.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileError.make(path: path, action: "sync") }
    }
}
