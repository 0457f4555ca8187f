import SlipwayCore

/// A safetensors file, mapped into memory. Format: 8 bytes of header length, a JSON header, the data.
///
/// Tensors named `__padding__.<n>`, which `SafeTensorsWriter` puts between others for alignment, are not listed.
public final class SafeTensorsFile: TensorSource {
    public let tensors: [String: TensorInfo]
    /// The free text of the header's `__metadata__`.
    public let metadata: [String: String]
    private let file: MappedFile
    private let dataStart: Int
    private let ranges: [String: Range<Int>]

    public var path: String { file.path }

    /// Maps the file and validates its header.
    ///
    /// - Parameter copies: reads it into memory of its own, see `MappedFile`.
    /// - Throws: `notFound`, `ioFailure`, `corrupt` or `unsupported`, naming the file.
    public init(path: String, copies: Bool = false) throws {
        let file = try MappedFile(path: path, copies: copies)
        self.file = file
        let bytes = file.bytes
        let (header, start) = try withContext("in \(path)") {
            guard bytes.count >= 8 else {
                throw SlipwayError(
                    .corrupt, "it is \(bytes.count) bytes long, too short for a safetensors file",
                    fix: "copy the file again: it may be cut off")
            }
            let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
            guard length <= SafeTensorsHeader.maxBytes, Int(length) <= bytes.count - 8 else {
                throw SlipwayError(
                    .corrupt, "its header claims \(length) bytes, the file has \(bytes.count - 8) after the length",
                    fix: "copy the file again: it may be cut off, or it is not a safetensors file")
            }
            let start = 8 + Int(length)
            let header = try SafeTensorsHeader(
                json: UnsafeRawBufferPointer(rebasing: bytes[8..<start]), dataBytes: bytes.count - start)
            return (header, start)
        }
        dataStart = start
        metadata = header.metadata
        tensors = header.entries.mapValues(\.info)
        ranges = header.entries.mapValues(\.range)
    }

    /// The bytes of one tensor where they are mapped, valid as long as this object lives. Throws `notFound`.
    public func bytes(of name: String) throws -> UnsafeRawBufferPointer {
        _ = try info(name)
        guard let range = ranges[name] else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(rebasing: file.bytes[range.lowerBound + dataStart..<range.upperBound + dataStart])
    }

    public func readRows(_ name: String, _ rows: Range<Int>, into target: UnsafeMutableRawBufferPointer) throws {
        let info = try checkedInfo(name, rows, target.count)
        let rowBytes = info.rowByteCount
        let source = try bytes(of: name)
        guard rowBytes > 0, !rows.isEmpty else { return }
        let wanted = source[rows.lowerBound * rowBytes..<rows.upperBound * rowBytes]
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: wanted))
    }

    public func discardRows(_ name: String, _ rows: Range<Int>) {
        guard let info = tensors[name], let range = ranges[name] else { return }
        let shared = rows.clamped(to: 0..<info.rowCount)
        let start = dataStart + range.lowerBound
        let rowBytes = range.isEmpty ? 0 : info.rowByteCount
        file.discard(start + shared.lowerBound * rowBytes..<start + shared.upperBound * rowBytes)
    }
}
