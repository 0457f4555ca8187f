package import SlipwayConfig

/// The product of several inputs' words. Source: `tzrec/features/combo_feature.py`.
package struct ComboFeature: IDListFeature {
    package typealias Message = TzrecComboFeature

    package static let typeName = "combo_feature"

    package var config: Message
    package let placement: FeaturePlacement

    package init(config: Message, placement: FeaturePlacement) {
        self.config = config
        self.placement = placement
    }

    package static func message(in config: TopLevel) -> (message: Message, isSequence: Bool)? {
        switch config {
        case .comboFeature(let message): return (message, false)
        case .sequenceComboFeature(let message): return (message, true)
        default: return nil
        }
    }

    package static func message(in config: Grouped) -> Message? {
        if case .comboFeature(let message) = config { return message }
        return nil
    }

    package static func topLevel(_ message: Message, isSequence: Bool) -> TopLevel {
        isSequence ? .sequenceComboFeature(message) : .comboFeature(message)
    }

    package static func grouped(_ message: Message) -> Grouped { .comboFeature(message) }

    package var inputExpressions: [String]? { config.expression }

    package var bucketizer: Bucketizer? { chooseBucketizer() }

    /// `value_dim` is the config's even in a sequence, where `valueDim` is 1 by default: upstream writes it so.
    package func ownEntries() -> [JSONObject] {
        var entry = entry()
        entry["default_value"] = .string(defaultValue)
        entry["expression"] = .strings(config.expression)
        entry["value_type"] = "string"
        entry["need_prefix"] = false
        entry["value_dim"] = .integer(Int(config.valueDim))
        addSeparator(config.separator, to: &entry)
        bucketizer?.add(to: &entry)
        addTail(to: &entry)
        return [entry]
    }
}
