import Foundation

/// A file mapped read-only into memory, or copied there; unmapped when the last reference goes.
///
/// `@unchecked Sendable`: the memory is never written once it is filled.
public final class MappedFile: @unchecked Sendable {
    public let path: String
    /// Valid while the file lives: a caller that keeps no reference to it uses `withBytes`.
    public let bytes: UnsafeRawBufferPointer
    private let isCopy: Bool

    /// Maps the whole file. Throws `notFound` or `ioFailure` naming the path.
    ///
    /// - Parameter copies: reads it into memory of its own: what is done to the file later then does not matter, whereas
    ///   a mapped file that is cut ends the process that reads it.
    public init(path: String, copies: Bool = false) throws {
        self.path = path
        isCopy = copies
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
        let base =
            copies
            ? mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            : mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let base, base != MAP_FAILED else { throw FileError.make(path: path, action: "map") }
        bytes = UnsafeRawBufferPointer(start: base, count: size)
        if copies { try fill(base, descriptor) }
    }

    private func fill(_ base: UnsafeMutableRawPointer, _ descriptor: Int32) throws {
        var filled = 0
        while filled < bytes.count {
            let count = read(descriptor, base + filled, bytes.count - filled)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileError.make(path: path, action: "read") }
            guard count > 0 else {
                throw SlipwayError(
                    .corrupt, "\(path) was cut to \(filled) of \(bytes.count) bytes while it was read",
                    fix: "write files beside the old ones and rename them")
            }
            filled += count
        }
        mprotect(base, bytes.count, PROT_READ)
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
        // The pages of a copy cannot be had again.
        guard !isCopy, let base = bytes.baseAddress else { return }
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
