import Foundation

/// A file mapped read-only into memory; unmapped when the last reference goes.
///
/// `@unchecked Sendable`: the mapping is never written.
public final class MappedFile: @unchecked Sendable {
    public let path: String
    /// Valid while the file lives: a caller that keeps no reference to it uses `withBytes`.
    public let bytes: UnsafeRawBufferPointer

    /// Maps the whole file. Throws `notFound` or `ioFailure` naming the path.
    public init(path: String) throws {
        self.path = path
        // Without O_NONBLOCK a pipe would block here instead of being refused below.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError.make(path: path, action: "open") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError.make(path: path, action: "stat") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SlipwayError(.ioFailure, "\(path) is not a regular file")
        }
        let size = Int(status.st_size)
        guard size > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let base = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
            throw FileError.make(path: path, action: "map")
        }
        bytes = UnsafeRawBufferPointer(start: base, count: size)
    }

    /// A copy of all bytes of the file at `path`. Throws as `init`.
    public static func contents(of path: String) throws -> [UInt8] { try withBytes(of: path) { Array($0) } }

    /// Calls `body` with all bytes of the file at `path`, mapped until it returns. Throws as `init` and `body`.
    public static func withBytes<T>(of path: String, _ body: (UnsafeRawBufferPointer) throws -> T) throws -> T {
        let file = try MappedFile(path: path)
        return try withExtendedLifetime(file) { try body(file.bytes) }
    }

    /// Tells the kernel that `range` will not be read again soon, so that streaming a large file keeps memory bounded.
    /// The part of `range` outside the file is ignored; only whole pages are given back.
    public func discard(_ range: Range<Int>) {
        guard let base = bytes.baseAddress else { return }
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let range = range.clamped(to: 0..<bytes.count)
        let start = (range.lowerBound + page - 1) / page * page
        let end = range.upperBound / page * page
        guard end > start else { return }
        madvise(UnsafeMutableRawPointer(mutating: base + start), end - start, MADV_DONTNEED)
    }

    deinit {
        if let base = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: base), bytes.count) }
    }
}

/// Turns `errno` into an error that names the path.
public enum FileError {
    public static func make(path: String, action: String, code number: Int32? = nil) -> SlipwayError {
        let code = number ?? errno
        let reason = String(cString: strerror(code))
        switch code {
        case ENOENT: return SlipwayError(.notFound, "\(path) does not exist", fix: "check the path")
        case ENOSPC, EDQUOT:
            return SlipwayError(
                .diskFull, "no space left while trying to \(action) \(path)", fix: "free space and run again")
        case EFBIG:
            return SlipwayError(
                .diskFull, "cannot \(action) \(path): \(reason)",
                fix: "raise the limit on file sizes (ulimit -f) or choose another file system")
        case EACCES, EPERM, EROFS:
            return SlipwayError(.ioFailure, "cannot \(action) \(path): \(reason)", fix: "check its permissions")
        default: return SlipwayError(.ioFailure, "cannot \(action) \(path): \(reason)")
        }
    }
}
