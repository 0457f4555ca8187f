package import SlipwayConfig

/// One number made of an input's values. Source: `tzrec/features/combine_feature.py`.
package struct CombineFeature: FeatureType {
    package typealias Message = TzrecCombineFeature

    package static let typeName = "combine_feature"
    package static let hasSingleInput = true

    package var config: Message
    package let placement: FeaturePlacement

    package init(config: Message, placement: FeaturePlacement) {
        self.config = config
        self.placement = placement
    }

    package static func message(in config: TopLevel) -> (message: Message, isSequence: Bool)? {
        switch config {
        case .combineFeature(let message): return (message, false)
        case .sequenceCombineFeature(let message): return (message, true)
        default: return nil
        }
    }

    package static func message(in config: Grouped) -> Message? {
        if case .combineFeature(let message) = config { return message }
        return nil
    }

    package static func topLevel(_ message: Message, isSequence: Bool) -> TopLevel {
        isSequence ? .sequenceCombineFeature(message) : .combineFeature(message)
    }

    package static func grouped(_ message: Message) -> Grouped { .combineFeature(message) }

    package var inputExpressions: [String]? { config.hasExpression ? [config.expression] : nil }
    package var valueDim: Int { 1 }
    package var isSparse: Bool { config.hasNumBuckets || !boundaries.isEmpty }
    package var bucketizer: Bucketizer? {
        if config.hasNumBuckets { return .numBuckets(config.numBuckets) }
        return boundaries.isEmpty ? nil : .boundaries(boundaries)
    }

    package func ownEntries() -> [JSONObject] {
        var entry = entry()
        entry["default_value"] = .string(defaultValue)
        entry["expression"] = .string(config.expression)
        entry["value_type"] = "float"
        entry["need_prefix"] = false
        entry["combiner"] = .string(config.combiner.lowercased())
        addSeparator(config.separator, to: &entry)
        if config.hasNormalizer { entry["normalizer"] = .string(config.normalizer) }
        if !config.valueMap.isEmpty {
            let sorted = config.valueMap.sorted { $0.key < $1.key }
            entry["value_map"] = .object(JSONObject(sorted.map { ($0.key, .double(Double($0.value))) }))
        }
        if let bucketizer {
            bucketizer.add(to: &entry)
            if config.hasNumBuckets { entry["value_type"] = "int64" }
            entry["value_dim"] = 1
        }
        addTail(to: &entry)
        return [entry]
    }
}
