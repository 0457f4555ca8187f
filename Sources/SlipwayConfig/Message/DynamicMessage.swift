/// A message whose type is known only at run time: what the text parser builds, edits change and the printer prints.
///
/// A reference, so that an edit can hold on to the place it changes; never shared between threads.
final class DynamicMessage {
    let schema: MessageSchema
    private var values: [Int: [DynamicValue]] = [:]

    init(_ schema: MessageSchema) { self.schema = schema }

    func has(_ field: FieldSchema) -> Bool { values[field.number]?.isEmpty == false }

    /// All values of a repeated field; for a singular one, its value if it is set.
    func all(_ field: FieldSchema) -> [DynamicValue] { values[field.number] ?? [] }

    /// Adds to a repeated field; sets a singular one, clearing the other members of its oneof.
    func add(_ value: DynamicValue, to field: FieldSchema) {
        if field.isRepeated {
            values[field.number, default: []].append(value)
        } else {
            replaceAll(of: field, with: [value])
        }
    }

    func replaceAll(of field: FieldSchema, with new: [DynamicValue]) {
        if let oneof = field.oneof, !new.isEmpty {
            for other in schema.fields where other.oneof == oneof { values[other.number] = nil }
        }
        values[field.number] = new.isEmpty ? nil : new
    }

    func clear(_ field: FieldSchema) { values[field.number] = nil }
    func clear() { values = [:] }

    /// The set member of the oneof, if any.
    func set(of oneof: String) -> FieldSchema? {
        schema.fields.first { $0.oneof == oneof && has($0) }
    }

    /// The message in a singular message field, made and set when it is absent.
    func submessage(_ field: FieldSchema, in table: SchemaTable) -> DynamicMessage? {
        guard case .message(let name) = field.type, !field.isRepeated else { return nil }
        if case .message(let present)? = all(field).first { return present }
        let fresh = DynamicMessage(table.message(name))
        add(.message(fresh), to: field)
        return fresh
    }

    /// Set fields in number order.
    var setFields: [FieldSchema] { schema.fields.filter(has) }
}

/// One value of a field.
enum DynamicValue {
    case int(Int64)
    case uint(UInt64)
    case float(Float)
    case double(Double)
    case bool(Bool)
    case string(String)
    case bytes([UInt8])
    case enumeration(Int32)
    case message(DynamicMessage)
}
