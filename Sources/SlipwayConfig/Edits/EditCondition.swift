import SlipwayCore

/// Tests a condition of an edit path on one block. An unset field reads as its default.
struct EditCondition {
    let edit: String
    let table: SchemaTable

    /// Throws: `invalidArgument` for an unknown field or a value of another type.
    func holds(
        _ path: [String], _ comparison: EditPath.Comparison, _ text: String, in entry: DynamicMessage
    ) throws -> Bool {
        var message = entry
        for name in path.dropLast() {
            guard let field = message.schema.field(named: name), case .message(let type) = field.type,
                !field.isRepeated
            else { throw unknown(name, message) }
            if case .message(let inner)? = message.all(field).first {
                message = inner
            } else {
                message = DynamicMessage(table.message(type))
            }
        }
        guard let name = path.last, let field = message.schema.field(named: name), !field.isRepeated,
            let left = message.all(field).first ?? ScalarText.initial(field, table: table)
        else { throw unknown(path.last ?? "", message) }
        let right = try ScalarText.value(text, of: field, table: table, edit: edit)
        return Self.compare(left, right, comparison)
    }

    private static func compare(_ left: DynamicValue, _ right: DynamicValue, _ how: EditPath.Comparison) -> Bool {
        switch (left, right) {
        case (.int(let a), .int(let b)): return ordered(a, b, how)
        case (.uint(let a), .uint(let b)): return ordered(a, b, how)
        case (.float(let a), .float(let b)): return ordered(a, b, how)
        case (.double(let a), .double(let b)): return ordered(a, b, how)
        case (.string(let a), .string(let b)): return ordered(a, b, how)
        case (.enumeration(let a), .enumeration(let b)): return ordered(a, b, how)
        case (.bool(let a), .bool(let b)): return ordered(a ? 1 : 0, b ? 1 : 0, how)
        default: return false
        }
    }

    private static func ordered<Value: Comparable>(_ a: Value, _ b: Value, _ how: EditPath.Comparison) -> Bool {
        switch how {
        case .atLeast: return a >= b
        case .atMost: return a <= b
        case .above: return a > b
        case .below: return a < b
        case .equal: return a == b
        }
    }

    private func unknown(_ name: String, _ message: DynamicMessage) -> SlipwayError {
        SlipwayError(
            .invalidArgument, "edit path `\(edit)`: \(message.schema.name) has no single field `\(name)` to test",
            fix: "name a field that is there once")
    }
}
