import SlipwayCore

/// Reads little-endian values from bytes, forward only; every read is bounds-checked.
struct PickleCursor {
    let bytes: UnsafeRawBufferPointer
    private(set) var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var remaining: Int { bytes.count - position }

    mutating func take(_ count: Int) throws -> UnsafeRawBufferPointer {
        guard count >= 0, count <= remaining else {
            throw SlipwayError(
                .corrupt, "pickle is cut off: \(count) bytes wanted at byte \(position), \(remaining) left",
                fix: "copy the checkpoint again from where it was trained")
        }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
    }

    mutating func integer<T: FixedWidthInteger & BitwiseCopyable>(_: T.Type) throws -> T {
        T(littleEndian: try take(MemoryLayout<T>.size).loadUnaligned(as: T.self))
    }

    /// A length field as `Int`; lengths beyond what is left are refused by `take`.
    mutating func length<T: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(_ type: T.Type) throws -> Int {
        Int(clamping: try integer(type))
    }

    /// Text of `count` bytes.
    mutating func text(_ count: Int, limit: Int) throws -> String {
        let start = position
        let taken = try take(count)
        guard count <= limit else {
            throw SlipwayError(
                .corrupt, "pickle holds a string of \(count) bytes at byte \(start); the limit is \(limit)")
        }
        guard let text = String(validating: taken, as: UTF8.self) else {
            throw SlipwayError(.corrupt, "pickle holds a string that is not UTF-8 at byte \(start)")
        }
        return text
    }

    /// Text up to the next newline, which is consumed.
    mutating func line(limit: Int) throws -> String {
        let rest = bytes[position...].prefix(limit + 1)
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
            throw SlipwayError(.corrupt, "pickle has a line without an end at byte \(position)")
        }
        let text = try self.text(end - position, limit: limit)
        position = end + 1
        return text
    }
}
