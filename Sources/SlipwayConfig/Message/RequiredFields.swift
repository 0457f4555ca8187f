/// Which fields a config must set.
///
/// The schema marks more fields `required` than upstream's reader enforces, and real configs leave some of them out:
/// feature inputs where the rows are feature-generated already, sampler settings, an output dimension of zero. Such
/// fields are needed by what uses them, not by the reader; `PipelineConfig.validate` looks after those.
enum RequiredFields {
    /// True when a message without this field cannot be understood.
    static func isNeeded(_ field: FieldSchema, in schema: MessageSchema) -> Bool {
        guard field.label == .required, field.defaultText == nil else { return false }
        if field.name == "output_dim" || field.name == "low_rank_dim" { return false }
        if schema.name.hasSuffix("Encoder") || schema.name == "SimpleAttention" { return field.name != "input" }
        if schema.name.contains("Sampler") { return false }
        let isFeature = schema.field(named: "feature_name") != nil
        return !isFeature || field.name == "feature_name"
    }

    /// The path of the first field missing, depth first.
    static func firstMissing(in message: DynamicMessage) -> String? {
        for field in message.schema.fields where isNeeded(field, in: message.schema) && !message.has(field) {
            return field.name
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
