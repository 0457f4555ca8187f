package import SlipwayConfig

/// How two token lists overlap. Source: `tzrec/features/overlap_feature.py`.
package struct OverlapFeature: NumberFeature {
    package typealias Message = TzrecOverlapFeature

    package static let typeName = "overlap_feature"

    package var config: Message
    package let placement: FeaturePlacement

    package init(config: Message, placement: FeaturePlacement) {
        self.config = config
        self.placement = placement
    }

    package static func message(in config: TopLevel) -> (message: Message, isSequence: Bool)? {
        switch config {
        case .overlapFeature(let message): return (message, false)
        case .sequenceOverlapFeature(let message): return (message, true)
        default: return nil
        }
    }

    package static func message(in config: Grouped) -> Message? {
        if case .overlapFeature(let message) = config { return message }
        return nil
    }

    package static func topLevel(_ message: Message, isSequence: Bool) -> TopLevel {
        isSequence ? .sequenceOverlapFeature(message) : .overlapFeature(message)
    }

    package static func grouped(_ message: Message) -> Grouped { .overlapFeature(message) }

    package var inputExpressions: [String]? {
        config.hasQuery && config.hasTitle ? [config.query, config.title] : nil
    }
    package var valueDim: Int { 1 }

    /// The separator is always written, and only a sequence has a default value.
    package func ownEntries() -> [JSONObject] {
        var entry = entry()
        entry["query"] = .string(config.query)
        entry["title"] = .string(config.title)
        entry["method"] = .string(config.method)
        entry["value_type"] = "float"
        entry["separator"] = .string(config.separator)
        if !config.normalizer.isEmpty { entry["normalizer"] = .string(config.normalizer) }
        addBoundaries(to: &entry)
        addTail(to: &entry)
        return [entry]
    }
}
