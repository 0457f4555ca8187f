import SlipwayCore

/// Reads protobuf's binary form into a dynamic message. Fields the schema lacks are passed over.
struct WireReader {
    private let bytes: [UInt8]
    private var offset: Int
    private let end: Int
    private let table: SchemaTable

    /// Throws: `corrupt` when the bytes are cut short or of a wire type the field does not have.
    static func message(_ schema: MessageSchema, from bytes: [UInt8], table: SchemaTable) throws -> DynamicMessage {
        var reader = WireReader(bytes: bytes, offset: 0, end: bytes.count, table: table)
        return try reader.message(schema, depth: 0)
    }

    private init(bytes: [UInt8], offset: Int, end: Int, table: SchemaTable) {
        self.bytes = bytes
        self.offset = offset
        self.end = end
        self.table = table
    }

    private mutating func message(_ schema: MessageSchema, depth: Int) throws -> DynamicMessage {
        guard depth <= TextParser.maxDepth + 1 else { throw damaged("messages nested too deep") }
        let result = DynamicMessage(schema)
        while offset < end {
            let key = try varint()
            let wireType = key & 7
            let field = key >> 3 <= 0x1FFF_FFFF ? schema.field(numbered: Int(key >> 3)) : nil
            switch wireType {
            case 0:
                let raw = try varint()
                if let field { result.add(try scalar(raw, field), to: field) }
            case 1:
                let raw = try fixed(8)
                if let field, field.type == .double { result.add(.double(Double(bitPattern: raw)), to: field) }
            case 5:
                let raw = try fixed(4)
                if let field, field.type == .float {
                    result.add(.float(Float(bitPattern: UInt32(truncatingIfNeeded: raw))), to: field)
                }
            case 2:
                let count = try varint()
                guard count <= UInt64(end - offset) else { throw damaged("a length past the end") }
                let stop = offset + Int(count)
                if let field { try delimited(field, to: stop, into: result, depth: depth) }
                offset = stop
            default:
                throw damaged("wire type \(wireType)")
            }
        }
        return result
    }

    private func delimited(_ field: FieldSchema, to stop: Int, into result: DynamicMessage, depth: Int) throws {
        switch field.type {
        case .string:
            result.add(.string(String(decoding: bytes[offset..<stop], as: UTF8.self)), to: field)
        case .bytes:
            result.add(.bytes(Array(bytes[offset..<stop])), to: field)
        case .message(let name):
            var inner = WireReader(bytes: bytes, offset: offset, end: stop, table: table)
            result.add(.message(try inner.message(table.message(name), depth: depth + 1)), to: field)
        default:
            var inner = WireReader(bytes: bytes, offset: offset, end: stop, table: table)
            while inner.offset < stop { result.add(try inner.packed(field), to: field) }
        }
    }

    private mutating func packed(_ field: FieldSchema) throws -> DynamicValue {
        switch field.type {
        case .double: return .double(Double(bitPattern: try fixed(8)))
        case .float: return .float(Float(bitPattern: UInt32(truncatingIfNeeded: try fixed(4))))
        default: return try scalar(try varint(), field)
        }
    }

    private func scalar(_ raw: UInt64, _ field: FieldSchema) throws -> DynamicValue {
        switch field.type {
        case .int32, .int64: return .int(Int64(bitPattern: raw))
        case .uint32, .uint64: return .uint(raw)
        case .bool: return .bool(raw != 0)
        case .enumeration: return .enumeration(Int32(truncatingIfNeeded: raw))
        default: throw damaged("field \(field.name) of another type")
        }
    }

    private mutating func varint() throws -> UInt64 {
        guard let value = Varint.read(bytes, &offset, end: end) else { throw damaged("a number cut short") }
        return value
    }

    private mutating func fixed(_ count: Int) throws -> UInt64 {
        guard end - offset >= count else { throw damaged("a number cut short") }
        var value: UInt64 = 0
        for index in 0..<count { value |= UInt64(bytes[offset + index]) << UInt64(8 * index) }
        offset += count
        return value
    }

    private func damaged(_ what: String) -> SlipwayError {
        SlipwayError(.corrupt, "binary config message: \(what) at byte \(offset)")
    }
}
