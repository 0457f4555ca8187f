/// Walks the fields of a protobuf message. Stops at the first byte that is no protobuf.
package struct ProtoReader {
    package enum Value {
        case number(UInt64)
        case fixed32(UInt32)
        case fixed64(UInt64)
        case bytes([UInt8])
    }

    private let bytes: [UInt8]
    /// Where it stands: after the last field, or in the one that is no protobuf.
    package private(set) var position = 0
    /// False once something was no protobuf.
    package private(set) var isWhole = true

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next field; nil at the end.
    package mutating func next() -> (number: UInt64, value: Value)? {
        guard isWhole, position < bytes.count else { return nil }
        guard let tag = varint(), tag >> 3 != 0, let value = value(tag & 7) else {
            isWhole = false
            return nil
        }
        return (tag >> 3, value)
    }

    private mutating func value(_ wire: UInt64) -> Value? {
        switch wire {
        case 0: return varint().map { .number($0) }
        case 1: return little(8).map { .fixed64($0) }
        case 5: return little(4).map { .fixed32(UInt32(truncatingIfNeeded: $0)) }
        case 2:
            guard let size = varint(), size <= UInt64(bytes.count - position) else { return nil }
            let end = position + Int(size)
            defer { position = end }
            return .bytes(Array(bytes[position..<end]))
        default: return nil
        }
    }

    private mutating func varint() -> UInt64? {
        Varint.read(bytes, &position, end: bytes.count)
    }

    private mutating func little(_ size: Int) -> UInt64? {
        guard bytes.count - position >= size else { return nil }
        let value = (0..<size).reduce(UInt64(0)) { $0 | UInt64(bytes[position + $1]) << UInt64(8 * $1) }
        position += size
        return value
    }
}
