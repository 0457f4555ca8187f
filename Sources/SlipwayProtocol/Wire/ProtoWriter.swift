/// Appends protobuf fields to bytes.
package struct ProtoWriter {
    package private(set) var bytes: [UInt8] = []

    package init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    package static func varintSize(_ value: UInt64) -> Int { max(1, (70 - value.leadingZeroBitCount) / 7) }

    /// Bytes of a length-delimited field of `count` bytes, its tag and length with it. Field numbers below 16.
    package static func delimitedSize(_ count: Int) -> Int { 1 + varintSize(UInt64(count)) + count }

    package mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    package mutating func varint(_ number: Int, _ value: UInt64) {
        varint(UInt64(number) << 3)
        varint(value)
    }

    package mutating func fixed64(_ number: Int, _ value: UInt64) {
        varint(UInt64(number) << 3 | 1)
        withUnsafeBytes(of: value.littleEndian) { raw($0) }
    }

    package mutating func fixed32(_ number: Int, _ value: UInt32) {
        varint(UInt64(number) << 3 | 5)
        withUnsafeBytes(of: value.littleEndian) { raw($0) }
    }

    /// The tag and length of a length-delimited field; its bytes are the caller's to append.
    package mutating func header(_ number: Int, count: Int) {
        varint(UInt64(number) << 3 | 2)
        varint(UInt64(count))
    }

    package mutating func string(_ number: Int, _ text: String) {
        var text = text
        text.withUTF8 { delimited(number, UnsafeRawBufferPointer($0)) }
    }

    package mutating func delimited(_ number: Int, _ value: UnsafeRawBufferPointer) {
        header(number, count: value.count)
        bytes.append(contentsOf: value)
    }

    package mutating func delimited(_ number: Int, _ value: [UInt8]) {
        header(number, count: value.count)
        bytes.append(contentsOf: value)
    }

    /// Numbers as they lie in memory; the machines this runs on are little-endian, as the wire is.
    package mutating func raw(_ value: UnsafeRawBufferPointer) { bytes.append(contentsOf: value) }

    /// Whole numbers, packed.
    package mutating func numbers(_ number: Int, _ values: [Int]) {
        header(number, count: values.reduce(0) { $0 + Self.varintSize(UInt64(bitPattern: Int64($1))) })
        for value in values { varint(UInt64(bitPattern: Int64(value))) }
    }

    /// Whatever `body` appends; after a header with its length.
    mutating func append(_ body: (inout [UInt8]) -> Void) { body(&bytes) }

    /// An entry of a `map<string, string>`.
    package mutating func entry(_ number: Int, _ key: String, _ value: String) {
        header(number, count: Self.delimitedSize(key.utf8.count) + Self.delimitedSize(value.utf8.count))
        string(1, key)
        string(2, value)
    }
}
