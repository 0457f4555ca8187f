package import SlipwayConfig

/// Ids of one input: words, numbers, or `id:weight` pairs. Source: `tzrec/features/id_feature.py`.
package struct IDFeature: IDListFeature {
    package typealias Message = TzrecIdFeature

    package static let typeName = "id_feature"
    package static let hasSingleInput = true

    package var config: Message
    package let placement: FeaturePlacement

    package init(config: Message, placement: FeaturePlacement) {
        self.config = config
        self.placement = placement
    }

    package static func message(in config: TopLevel) -> (message: Message, isSequence: Bool)? {
        switch config {
        case .idFeature(let message): return (message, false)
        case .sequenceIDFeature(let message): return (message, true)
        default: return nil
        }
    }

    package static func message(in config: Grouped) -> Message? {
        if case .idFeature(let message) = config { return message }
        return nil
    }

    package static func topLevel(_ message: Message, isSequence: Bool) -> TopLevel {
        isSequence ? .sequenceIDFeature(message) : .idFeature(message)
    }

    package static func grouped(_ message: Message) -> Grouped { .idFeature(message) }

    package var inputExpressions: [String]? { config.hasExpression ? [config.expression] : nil }
    package var isWeighted: Bool { config.weighted }

    package var bucketizer: Bucketizer? {
        chooseBucketizer(numBuckets: config.hasNumBuckets ? config.numBuckets : nil)
    }

    package func ownEntries() -> [JSONObject] {
        var entry = entry()
        entry["default_value"] = .string(defaultValue)
        entry["expression"] = .string(config.expression)
        entry["value_type"] = "string"
        entry["need_prefix"] = false
        addSeparator(config.separator, to: &entry)
        chooseBucketizer(numBuckets: config.hasNumBuckets ? config.numBuckets : nil, numBucketsFirst: false)?
            .add(to: &entry)
        if config.weighted { entry["weighted"] = true }
        entry["value_dim"] = .integer(valueDim)
        if config.hasFgValueType { entry["value_type"] = .string(config.fgValueType) }
        addTail(to: &entry)
        return [entry]
    }
}
