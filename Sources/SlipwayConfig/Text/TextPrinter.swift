/// Prints a dynamic message as `google.protobuf.text_format.MessageToString(message, as_utf8=True)` does: two spaces an
/// indent, fields in number order, map entries in key order.
struct TextPrinter {
    private let table: SchemaTable
    private var out = ""

    static func text(of message: DynamicMessage, table: SchemaTable = .shared) -> String {
        var printer = TextPrinter(table: table)
        printer.print(message, indent: 0)
        return printer.out
    }

    private init(table: SchemaTable) { self.table = table }

    private mutating func print(_ message: DynamicMessage, indent: Int) {
        for field in message.setFields {
            let values = field.label == .map ? sortedEntries(message.all(field)) : message.all(field)
            for value in values { print(field, value, indent: indent) }
        }
    }

    private mutating func print(_ field: FieldSchema, _ value: DynamicValue, indent: Int) {
        let margin = String(repeating: " ", count: indent)
        out += margin + field.name
        guard case .message(let inner) = value else {
            out += ": \(scalar(value, field))\n"
            return
        }
        out += " {\n"
        print(inner, indent: indent + 2)
        out += margin + "}\n"
    }

    private func scalar(_ value: DynamicValue, _ field: FieldSchema) -> String {
        switch value {
        case .int(let value): return String(value)
        case .uint(let value): return String(value)
        case .float(let value): return NumberText.float(value)
        case .double(let value): return NumberText.double(value)
        case .bool(let value): return value ? "true" : "false"
        case .string(let value): return "\"" + Self.escaped(value) + "\""
        case .bytes(let value): return "\"" + Self.escaped(value) + "\""
        case .enumeration(let value):
            guard case .enumeration(let name) = field.type else { return String(value) }
            return table.enumeration(name).name(of: value) ?? String(value)
        case .message: return "{}"
        }
    }

    /// Entries by key: texts by code point, numbers by size.
    private func sortedEntries(_ entries: [DynamicValue]) -> [DynamicValue] {
        let keyed = entries.map { entry -> (key: String, entry: DynamicValue) in
            guard case .message(let message) = entry, let field = message.schema.field(named: "key"),
                case .string(let key)? = message.all(field).first
            else { return ("", entry) }
            return (key, entry)
        }
        return keyed.enumerated().sorted {
            let (a, b) = ($0.element.key.unicodeScalars, $1.element.key.unicodeScalars)
            if a.elementsEqual(b) { return $0.offset < $1.offset }
            return a.lexicographicallyPrecedes(b)
        }.map(\.element.entry)
    }

    /// Non-ASCII characters stay as they are.
    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let byte = UInt8(exactly: scalar.value), byte < 0x80 {
                result.append(contentsOf: escape(byte).unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    private static func escaped(_ bytes: [UInt8]) -> String { bytes.map(escape).joined() }

    private static func escape(_ byte: UInt8) -> String {
        switch byte {
        case 0x09: return "\\t"
        case 0x0A: return "\\n"
        case 0x0D: return "\\r"
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"):
            return "\\" + String(Character(Unicode.Scalar(byte)))
        case 0x20..<0x7F:
            return String(Character(Unicode.Scalar(byte)))
        default:
            let octal = String(byte, radix: 8)
            return "\\" + String(repeating: "0", count: 3 - octal.count) + octal
        }
    }
}
