import SlipwayCore

/// Reads the value of an edit as a field's type.
enum ScalarText {
    /// Throws: `invalidArgument` naming the edit, the field and what it takes.
    static func value(_ text: String, of field: FieldSchema, table: SchemaTable, edit: String) throws -> DynamicValue {
        if let value = value(text, of: field, table: table) { return value }
        var fix = "give \(field.type.spoken)"
        if case .enumeration(let name) = field.type {
            fix = "use one of " + table.enumeration(name).names.joined(separator: ", ")
        }
        throw SlipwayError(.invalidArgument, "edit path `\(edit)`: `\(field.name)` cannot be `\(text)`", fix: fix)
    }

    static func value(_ text: String, of field: FieldSchema, table: SchemaTable) -> DynamicValue? {
        switch field.type {
        case .string: return .string(text)
        case .bytes: return .bytes(Array(text.utf8))
        case .bool:
            switch text {
            case "true", "True": return .bool(true)
            case "false", "False": return .bool(false)
            default: return nil
            }
        case .int32: return Int32(text).map { .int(Int64($0)) }
        case .int64: return Int64(text).map { .int($0) }
        case .uint32: return UInt32(text).map { .uint(UInt64($0)) }
        case .uint64: return UInt64(text).map { .uint($0) }
        case .double: return NumberLiteral.float(text).map { .double($0) }
        case .float:
            guard let value = NumberLiteral.float(text), value.isInfinite || !Float(value).isInfinite else {
                return nil
            }
            return .float(Float(value))
        case .enumeration(let name):
            let schema = table.enumeration(name)
            if let number = schema.number(of: text) { return .enumeration(number) }
            guard let number = Int32(text), schema.name(of: number) != nil else { return nil }
            return .enumeration(number)
        case .message:
            return nil
        }
    }

    /// What an unset field reads as.
    static func initial(_ field: FieldSchema, table: SchemaTable) -> DynamicValue? {
        if let declared = field.defaultText, let value = value(declared, of: field, table: table) { return value }
        switch field.type {
        case .string: return .string("")
        case .bytes: return .bytes([])
        case .bool: return .bool(false)
        case .int32, .int64: return .int(0)
        case .uint32, .uint64: return .uint(0)
        case .double: return .double(0)
        case .float: return .float(0)
        case .enumeration(let name): return .enumeration(table.enumeration(name).firstNumber)
        case .message: return nil
        }
    }
}
