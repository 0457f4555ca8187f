/// Reading by field name, for code that treats many message types alike. A field the schema lacks reads as unset.
extension DynamicMessage {
    func has(_ name: String) -> Bool { schema.field(named: name).map(has) ?? false }

    func count(_ name: String) -> Int { schema.field(named: name).map { all($0).count } ?? 0 }

    /// The text, or its declared default, or "".
    func text(_ name: String) -> String {
        guard let field = schema.field(named: name) else { return "" }
        if case .string(let value)? = all(field).first { return value }
        return field.defaultText ?? ""
    }

    /// The unsigned number, or its declared default, or 0.
    func unsigned(_ name: String) -> UInt64 {
        guard let field = schema.field(named: name) else { return 0 }
        if case .uint(let value)? = all(field).first { return value }
        return field.defaultText.flatMap { UInt64($0) } ?? 0
    }

    func flag(_ name: String) -> Bool {
        guard let field = schema.field(named: name) else { return false }
        if case .bool(let value)? = all(field).first { return value }
        return field.defaultText == "true"
    }

    func enumNumber(_ name: String) -> Int32? {
        guard let field = schema.field(named: name), case .enumeration(let value)? = all(field).first else {
            return nil
        }
        return value
    }

    func texts(_ name: String) -> [String] {
        guard let field = schema.field(named: name) else { return [] }
        return all(field).compactMap { if case .string(let value) = $0 { value } else { nil } }
    }

    func floats(_ name: String) -> [Float] {
        guard let field = schema.field(named: name) else { return [] }
        return all(field).compactMap { if case .float(let value) = $0 { value } else { nil } }
    }

    func messages(_ name: String) -> [DynamicMessage] {
        guard let field = schema.field(named: name) else { return [] }
        return all(field).compactMap { if case .message(let value) = $0 { value } else { nil } }
    }

    func message(_ name: String) -> DynamicMessage? { messages(name).first }

    /// Sets a singular field by name; nothing happens when the schema lacks it.
    func set(_ name: String, _ value: DynamicValue) {
        if let field = schema.field(named: name) { replaceAll(of: field, with: [value]) }
    }
}
