/// Writes a dynamic message in protobuf's binary form, fields in number order.
enum WireWriter {
    static func bytes(of message: DynamicMessage) -> [UInt8] {
        var out: [UInt8] = []
        for field in message.setFields {
            for value in message.all(field) { append(value, field.number, to: &out) }
        }
        return out
    }

    private static func append(_ value: DynamicValue, _ number: Int, to out: inout [UInt8]) {
        switch value {
        case .int(let value):
            key(number, 0, &out)
            varint(UInt64(bitPattern: value), &out)
        case .uint(let value):
            key(number, 0, &out)
            varint(value, &out)
        case .bool(let value):
            key(number, 0, &out)
            out.append(value ? 1 : 0)
        case .enumeration(let value):
            key(number, 0, &out)
            varint(UInt64(bitPattern: Int64(value)), &out)
        case .float(let value):
            key(number, 5, &out)
            withUnsafeBytes(of: value.bitPattern.littleEndian) { out.append(contentsOf: $0) }
        case .double(let value):
            key(number, 1, &out)
            withUnsafeBytes(of: value.bitPattern.littleEndian) { out.append(contentsOf: $0) }
        case .string(let value):
            delimited(number, Array(value.utf8), &out)
        case .bytes(let value):
            delimited(number, value, &out)
        case .message(let value):
            delimited(number, bytes(of: value), &out)
        }
    }

    private static func delimited(_ number: Int, _ bytes: [UInt8], _ out: inout [UInt8]) {
        key(number, 2, &out)
        varint(UInt64(bytes.count), &out)
        out.append(contentsOf: bytes)
    }

    private static func key(_ number: Int, _ wireType: UInt64, _ out: inout [UInt8]) {
        varint(UInt64(number) << 3 | wireType, &out)
    }

    private static func varint(_ value: UInt64, _ out: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            out.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        out.append(UInt8(rest))
    }
}
