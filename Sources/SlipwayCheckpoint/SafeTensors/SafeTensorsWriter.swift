import Foundation
import SlipwayCore

/// Writes a safetensors file front to back without holding it in memory.
///
/// Every tensor begins on 64 bytes of the file: the header is padded with blanks, and where a tensor's size is no
/// multiple of 64 a `U8` tensor `__padding__.<n>` follows, as the format allows no holes. A writer that is dropped
/// before `finish()` removes its file. Not for use from several threads at once.
public final class SafeTensorsWriter {
    private struct Piece {
        let name: String
        let byteCount: Int
        let isPadding: Bool
    }

    public let path: String
    private var descriptor: Int32
    private var pieces: [Piece] = []
    private var current = 0
    /// Bytes of the current piece that are written already.
    private var filled = 0
    private var buffer: [UInt8] = []
    private static let bufferBytes = 1 << 18

    /// Creates the file and writes its header; the tensors' bytes follow by `append` in this order.
    ///
    /// `dtypeString` is the format's own name, `U8` with shape `[rows, rowBytes]` for quantized tables. Throws
    /// `mismatch` when a shape and a byte count disagree, `alreadyExists` when there is a file at `path`, `ioFailure`
    /// or `diskFull`.
    public init(
        path: String, tensors: [(name: String, dtypeString: String, shape: [Int], byteCount: Int)],
        metadata: [String: String] = [:]
    ) throws {
        self.path = path
        self.descriptor = -1
        let header = try plan(tensors, metadata)
        let opened = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard opened >= 0 else {
            guard errno != EEXIST else {
                throw SlipwayError(.alreadyExists, "\(path) exists already", fix: "remove it or choose another path")
            }
            throw FileError.make(path: path, action: "create")
        }
        descriptor = opened
        buffer.reserveCapacity(Self.bufferBytes)
        try withUnsafeBytes(of: UInt64(header.count).littleEndian) { try write($0) }
        try header.withUnsafeBytes { try write($0) }
        try skipFinished()
    }

    /// Lays the tensors out in `pieces` and gives the header, padded so that the data begins on 64 bytes.
    private func plan(
        _ tensors: [(name: String, dtypeString: String, shape: [Int], byteCount: Int)], _ metadata: [String: String]
    ) throws -> [UInt8] {
        var names: Set<String> = []
        var fields: [String] = []
        if !metadata.isEmpty {
            let entries = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
            fields.append("\"__metadata__\":{\(entries.joined(separator: ","))}")
        }
        var end = 0
        func place(_ name: String, _ dtype: String, _ shape: [Int], _ byteCount: Int, isPadding: Bool) throws {
            let (next, overflow) = end.addingReportingOverflow(byteCount)
            guard !overflow else {
                throw SlipwayError(.mismatch, "the tensors of \(path) have more bytes than can be counted")
            }
            let sizes = shape.map(String.init).joined(separator: ",")
            fields.append(
                "\(quoted(name)):{\"dtype\":\"\(dtype)\",\"shape\":[\(sizes)],\"data_offsets\":[\(end),\(next)]}")
            pieces.append(Piece(name: name, byteCount: byteCount, isPadding: isPadding))
            end = next
        }
        for (position, tensor) in tensors.enumerated() {
            let dtype = try withContext("tensor \(tensor.name)") { try SafeTensorsType.element(tensor.dtypeString) }
            guard TensorInfo.bytes(tensor.shape, dtype) == tensor.byteCount else {
                throw SlipwayError(
                    .mismatch,
                    "\(tensor.name): shape \(tensor.shape) of \(tensor.dtypeString) is not \(tensor.byteCount) bytes")
            }
            guard names.insert(tensor.name).inserted, tensor.name != "__metadata__",
                !tensor.name.hasPrefix(SafeTensorsHeader.paddingPrefix)
            else { throw SlipwayError(.mismatch, "\(tensor.name) is a name that is taken, in \(path)") }
            try place(tensor.name, tensor.dtypeString, tensor.shape, tensor.byteCount, isPadding: false)
            let excess = tensor.byteCount % SafeTensorsHeader.alignment
            if excess > 0, position + 1 < tensors.count {
                let padding = SafeTensorsHeader.alignment - excess
                try place("\(SafeTensorsHeader.paddingPrefix)\(position)", "U8", [padding], padding, isPadding: true)
            }
        }
        var header = Array("{\(fields.joined(separator: ","))}".utf8)
        while (8 + header.count) % SafeTensorsHeader.alignment != 0 { header.append(UInt8(ascii: " ")) }
        guard header.count <= SafeTensorsHeader.maxBytes else {
            throw SlipwayError(
                .unsupported, "the header of \(path) takes \(header.count) bytes; the format allows 100 million")
        }
        return header
    }

    /// Adds bytes of the current tensor, all of it or a part; the next one begins when it is full.
    ///
    /// Throws `mismatch` for bytes beyond the current tensor, `ioFailure` or `diskFull`.
    public func append(_ bytes: UnsafeRawBufferPointer) throws {
        guard !bytes.isEmpty else { return }
        guard descriptor >= 0, current < pieces.count else {
            throw SlipwayError(.mismatch, "\(bytes.count) bytes after the last tensor of \(path)")
        }
        let piece = pieces[current]
        guard bytes.count <= piece.byteCount - filled else {
            throw SlipwayError(
                .mismatch,
                "\(piece.name) has \(piece.byteCount) bytes, "
                    + "\(filled) are written and \(bytes.count) more came, in \(path)"
            )
        }
        try write(bytes)
        filled += bytes.count
        try skipFinished()
    }

    /// Writes what is left, makes it durable and closes the file. Throws `mismatch` when a tensor is incomplete.
    public func finish() throws {
        guard descriptor >= 0 else { throw SlipwayError(.mismatch, "\(path) is finished already") }
        guard current == pieces.count else {
            throw SlipwayError(
                .mismatch, "\(pieces[current].name) has \(filled) of \(pieces[current].byteCount) bytes, in \(path)")
        }
        try flush()
        guard fsync(descriptor) == 0 else { throw FileError.make(path: path, action: "write") }
        let closed = close(descriptor)
        descriptor = -1
        guard closed == 0 else { throw FileError.make(path: path, action: "close") }
    }

    /// Moves past full pieces and fills padding.
    private func skipFinished() throws {
        while current < pieces.count {
            let piece = pieces[current]
            if piece.isPadding {
                try [UInt8](repeating: 0, count: piece.byteCount).withUnsafeBytes { try write($0) }
            } else if filled < piece.byteCount {
                return
            }
            current += 1
            filled = 0
        }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws {
        if buffer.count + bytes.count > Self.bufferBytes { try flush() }
        if bytes.count >= Self.bufferBytes { try writeAll(bytes) } else { buffer.append(contentsOf: bytes) }
    }

    private func flush() throws {
        try buffer.withUnsafeBytes { try writeAll($0) }
        buffer.removeAll(keepingCapacity: true)
    }

    private func writeAll(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = UnsafeRawBufferPointer(rebasing: rest)
            let written = Foundation.write(descriptor, piece.baseAddress, piece.count)
            if written < 0 {
                if errno == EINTR { continue }
                throw FileError.make(path: path, action: "write")
            }
            rest = rest.dropFirst(written)
        }
    }

    /// A JSON string.
    private func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        unlink(path)
    }
}
