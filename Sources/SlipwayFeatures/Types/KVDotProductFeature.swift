package import SlipwayConfig

/// The dot product of two key-weight maps. Source: `tzrec/features/kv_dot_product.py`.
package struct KVDotProductFeature: NumberFeature {
    package typealias Message = TzrecKvDotProduct

    package static let typeName = "kv_dot_product"

    package var config: Message
    package let placement: FeaturePlacement

    package init(config: Message, placement: FeaturePlacement) {
        self.config = config
        self.placement = placement
    }

    package static func message(in config: TopLevel) -> (message: Message, isSequence: Bool)? {
        switch config {
        case .kvDotProduct(let message): return (message, false)
        case .sequenceKvDotProduct(let message): return (message, true)
        default: return nil
        }
    }

    package static func message(in config: Grouped) -> Message? {
        if case .kvDotProduct(let message) = config { return message }
        return nil
    }

    package static func topLevel(_ message: Message, isSequence: Bool) -> TopLevel {
        isSequence ? .sequenceKvDotProduct(message) : .kvDotProduct(message)
    }

    package static func grouped(_ message: Message) -> Grouped { .kvDotProduct(message) }

    package var inputExpressions: [String]? {
        config.hasQuery && config.hasDocument ? [config.query, config.document] : nil
    }
    package var valueDim: Int { 1 }

    /// The normalizer is not written: upstream leaves it out.
    package func ownEntries() -> [JSONObject] {
        var entry = entry()
        entry["default_value"] = .string(defaultValue)
        entry["query"] = .string(config.query)
        entry["document"] = .string(config.document)
        addSeparator(config.separator, to: &entry)
        if config.hasKvDelimiter { entry["kv_delimiter"] = .double(Double(config.kvDelimiter)) }
        addBoundaries(to: &entry)
        addTail(to: &entry)
        return [entry]
    }
}
