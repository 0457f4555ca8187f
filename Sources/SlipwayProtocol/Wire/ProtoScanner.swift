package import SlipwayCore

/// Reads protobuf's wire format from bytes in place. Whatever the bytes are, it reads or throws `corrupt`.
package struct ProtoScanner {
    package struct Field {
        package let number: Int
        package let wireType: UInt8
    }

    private let base: UnsafePointer<UInt8>?
    package private(set) var position: Int
    package let end: Int

    package init(_ bytes: UnsafeRawBufferPointer) { self.init(bytes, 0..<bytes.count) }

    /// Reads the part `range` of `bytes`; positions count from the start of `bytes`.
    package init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
        base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        position = range.lowerBound
        end = min(range.upperBound, bytes.count)
    }

    package var isAtEnd: Bool { position >= end }

    /// The next field's number and wire type; nil at the end.
    @inline(__always)
    package mutating func next() throws -> Field? {
        guard position < end else { return nil }
        let tag = try varint()
        guard tag >> 3 != 0, tag <= UInt64(UInt32.max) else { throw malformed("field number \(tag >> 3)") }
        return Field(number: Int(tag >> 3), wireType: UInt8(tag & 7))
    }

    @inline(__always)
    package mutating func varint() throws -> UInt64 {
        guard let base else { throw malformed("nothing where a number is due") }
        if position < end {
            let byte = base[position]
            if byte < 0x80 {
                position += 1
                return UInt64(byte)
            }
        }
        return try longVarint(base)
    }

    private mutating func longVarint(_ base: UnsafePointer<UInt8>) throws -> UInt64 {
        let start = position
        if let value = Varint.read(base, &position, end: end) { return value }
        throw malformed(
            position - start == Varint.mostBytes ? "a number of more than 10 bytes" : "the end inside a number")
    }

    @inline(__always)
    package mutating func fixed32() throws -> UInt32 {
        guard let base, end - position >= 4 else { throw malformed("the end inside a 4-byte value") }
        defer { position += 4 }
        return UInt32(littleEndian: UnsafeRawPointer(base + position).loadUnaligned(as: UInt32.self))
    }

    @inline(__always)
    package mutating func fixed64() throws -> UInt64 {
        guard let base, end - position >= 8 else { throw malformed("the end inside an 8-byte value") }
        defer { position += 8 }
        return UInt64(littleEndian: UnsafeRawPointer(base + position).loadUnaligned(as: UInt64.self))
    }

    /// The range of a length-delimited value, which is then behind.
    @inline(__always)
    package mutating func delimited() throws -> Range<Int> {
        let count = try varint()
        guard count <= UInt64(end - position) else {
            throw malformed("a value of \(count) bytes where \(end - position) are left")
        }
        let start = position
        position += Int(count)
        return start..<position
    }

    /// The range of field `field` when it is length-delimited. Throws for another wire type.
    @inline(__always)
    package mutating func delimited(_ field: Field) throws -> Range<Int> {
        guard field.wireType == 2 else { throw malformed("wire type \(field.wireType) in field \(field.number)") }
        return try delimited()
    }

    /// Passes over a field nobody reads.
    package mutating func skip(_ field: Field) throws {
        switch field.wireType {
        case 0: _ = try varint()
        case 1: _ = try fixed64()
        case 2: _ = try delimited()
        case 3: try skipGroup(field.number)
        case 5: _ = try fixed32()
        default: throw malformed("wire type \(field.wireType) in field \(field.number)")
        }
    }

    private mutating func skipGroup(_ number: Int) throws {
        var open = [number]
        while let last = open.last {
            guard let field = try next() else { throw malformed("the end inside a group") }
            if field.wireType == 4 {
                guard field.number == last else { throw malformed("a group that closes as another") }
                open.removeLast()
            } else if field.wireType == 3 {
                guard open.count < 100 else { throw malformed("groups more than 100 deep") }
                open.append(field.number)
            } else {
                try skip(field)
            }
        }
    }

    /// Places of the key and the value in an entry of a map; empty for what it lacks.
    package static func entry(
        _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>
    ) throws -> (key: Range<Int>, value: Range<Int>) {
        var scan = ProtoScanner(bytes, range)
        var key = 0..<0
        var value = 0..<0
        while let field = try scan.next() {
            switch field.number {
            case 1: key = try scan.delimited(field)
            case 2: value = try scan.delimited(field)
            default: try scan.skip(field)
            }
        }
        return (key, value)
    }

    package func malformed(_ what: String) -> SlipwayError {
        SlipwayError(
            .corrupt, "the protobuf message is malformed at byte \(position): \(what)",
            fix: "send one serialized message, compressed only as the service is configured")
    }
}
