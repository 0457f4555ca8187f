package import SlipwayConfig

/// Numbers of one input, as they are or as the bucket they fall in. Source: `tzrec/features/raw_feature.py`.
package struct RawFeature: NumberFeature {
    package typealias Message = TzrecRawFeature

    package static let typeName = "raw_feature"
    package static let hasSingleInput = true

    package var config: Message
    package let placement: FeaturePlacement

    package init(config: Message, placement: FeaturePlacement) {
        self.config = config
        self.placement = placement
    }

    package static func message(in config: TopLevel) -> (message: Message, isSequence: Bool)? {
        switch config {
        case .rawFeature(let message): return (message, false)
        case .sequenceRawFeature(let message): return (message, true)
        default: return nil
        }
    }

    package static func message(in config: Grouped) -> Message? {
        if case .rawFeature(let message) = config { return message }
        return nil
    }

    package static func topLevel(_ message: Message, isSequence: Bool) -> TopLevel {
        isSequence ? .sequenceRawFeature(message) : .rawFeature(message)
    }

    package static func grouped(_ message: Message) -> Grouped { .rawFeature(message) }

    package var inputExpressions: [String]? { config.hasExpression ? [config.expression] : nil }
    package var valueDim: Int { Int(config.valueDim) }

    package func ownEntries() -> [JSONObject] {
        var entry = entry()
        entry["default_value"] = .string(defaultValue)
        entry["expression"] = .string(config.expression)
        entry["value_type"] = "float"
        if config.valueDim > 1 {
            addSeparator(config.separator, to: &entry)
            entry["value_dim"] = .integer(valueDim)
        }
        if !config.normalizer.isEmpty { entry["normalizer"] = .string(config.normalizer) }
        addBoundaries(to: &entry)
        addTail(to: &entry)
        return [entry]
    }
}
