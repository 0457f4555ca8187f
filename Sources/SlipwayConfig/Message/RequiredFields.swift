/// Looks for required fields that have neither a value nor a declared default.
enum RequiredFields {
    /// The path of the first one missing, depth first.
    static func firstMissing(in message: DynamicMessage) -> String? {
        for field in message.schema.fields where field.label == .required && field.defaultText == nil {
            if !message.has(field) { return field.name }
        }
        for field in message.setFields {
            for (index, value) in message.all(field).enumerated() {
                guard case .message(let inner) = value, let rest = firstMissing(in: inner) else { continue }
                return field.name + (field.isRepeated ? "[\(index)]." : ".") + rest
            }
        }
        return nil
    }
}
