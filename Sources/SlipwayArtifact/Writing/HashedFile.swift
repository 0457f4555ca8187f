internal import Crypto
import Foundation
import SlipwayCore

/// A file being written, hashed on the way: no second read is needed.
public final class HashedFile {
    public let path: String
    public private(set) var byteCount = 0
    private var descriptor: Int32
    private var hash = SHA256()
    private var buffer: [UInt8] = []
    private static let bufferBytes = 1 << 18

    /// Creates the file; it must not exist.
    init(creating path: String) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError.make(path: path, action: "create") }
    }

    /// Writes to a descriptor that is open already, and owns it.
    init(descriptor: Int32, path: String) {
        self.path = path
        self.descriptor = descriptor
    }

    /// Adds `bytes` at the end. Throws `diskFull` or `ioFailure` naming the file.
    public func append(_ bytes: UnsafeRawBufferPointer) throws {
        guard descriptor >= 0 else { throw SlipwayError(.internalFault, "\(path) is closed already") }
        hash.update(bufferPointer: bytes)
        byteCount += bytes.count
        if buffer.count + bytes.count > Self.bufferBytes { try flush() }
        if bytes.count >= Self.bufferBytes {
            try write(bytes)
        } else {
            buffer.append(contentsOf: bytes)
        }
    }

    /// Adds `bytes` at the end. Throws `diskFull` or `ioFailure` naming the file.
    public func append(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try append($0) }
    }

    /// Writes what is buffered, waits until the disk has it, and gives the hash in hex.
    func close() throws -> String {
        try flush()
        guard fsync(descriptor) == 0 else { throw FileError.make(path: path, action: "sync") }
        let closing = descriptor
        descriptor = -1
        guard Foundation.close(closing) == 0 else { throw FileError.make(path: path, action: "close") }
        return hash.finalize().hex
    }

    private func flush() throws {
        try buffer.withUnsafeBytes { try write($0) }
        buffer.removeAll(keepingCapacity: true)
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty {
            let written = Foundation.write(descriptor, rest.baseAddress, rest.count)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw FileError.make(path: path, action: "write") }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
    }

    deinit {
        if descriptor >= 0 { _ = Foundation.close(descriptor) }
    }
}

extension Sequence<UInt8> {
    /// Two lower-case digits a byte.
    var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in self { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
