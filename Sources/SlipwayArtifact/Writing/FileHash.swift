internal import Crypto
import Foundation
import SlipwayCore

/// SHA-256 in hex, of bytes and of files.
public enum FileHash {
    public static func sha256(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).hex
    }

    /// Reads `path` in pieces and gives its hash and size. Throws `notFound` or `ioFailure` naming the path.
    public static func sha256(path: String) throws -> (sha256: String, bytes: Int) {
        var hash = SHA256()
        let count = try read(path) { hash.update(bufferPointer: $0) }
        return (hash.finalize().hex, count)
    }

    /// Hands the file to `body` in pieces of bounded size; gives its size.
    static func read(_ path: String, _ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Int {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.make(path: path, action: "open") }
        defer { close(descriptor) }
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { piece.deallocate() }
        var total = 0
        while true {
            let count = Foundation.read(descriptor, piece.baseAddress, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileError.make(path: path, action: "read") }
            guard count > 0 else { return total }
            total += count
            try body(UnsafeRawBufferPointer(rebasing: piece[..<count]))
        }
    }
}
