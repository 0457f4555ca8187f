package import SlipwayConfig

/// The ids of one input where another is true. Source: `tzrec/features/bool_mask_feature.py`.
package struct BoolMaskFeature: IDListFeature {
    package typealias Message = TzrecBoolMaskFeature

    package static let typeName = "bool_mask_feature"

    package var config: Message
    package let placement: FeaturePlacement

    package init(config: Message, placement: FeaturePlacement) {
        self.config = config
        self.placement = placement
    }

    package static func message(in config: TopLevel) -> (message: Message, isSequence: Bool)? {
        switch config {
        case .boolMaskFeature(let message): return (message, false)
        case .sequenceBoolMaskFeature(let message): return (message, true)
        default: return nil
        }
    }

    package static func message(in config: Grouped) -> Message? {
        if case .boolMaskFeature(let message) = config { return message }
        return nil
    }

    package static func topLevel(_ message: Message, isSequence: Bool) -> TopLevel {
        isSequence ? .sequenceBoolMaskFeature(message) : .boolMaskFeature(message)
    }

    package static func grouped(_ message: Message) -> Grouped { .boolMaskFeature(message) }

    package var inputExpressions: [String]? { config.expression }

    package var bucketizer: Bucketizer? {
        chooseBucketizer(numBuckets: config.hasNumBuckets ? config.numBuckets : nil)
    }

    /// `value_dim` is the config's even in a sequence, where `valueDim` is 1 by default: upstream writes it so.
    package func ownEntries() -> [JSONObject] {
        var entry = entry()
        entry["default_value"] = .string(defaultValue)
        entry["expression"] = .strings(config.expression)
        addSeparator(config.separator, to: &entry)
        chooseBucketizer(numBuckets: config.hasNumBuckets ? config.numBuckets : nil, numBucketsFirst: false)?
            .add(to: &entry)
        entry["value_dim"] = .integer(Int(config.valueDim))
        if config.hasFgValueType { entry["value_type"] = .string(config.fgValueType) }
        addTail(to: &entry)
        return [entry]
    }

    /// A standalone sequence keeps the plain `feature_type`.
    package func fgEntries() throws -> [JSONObject] {
        ownEntries().map { entry in
            var entry = entry
            if isSequence, !isGrouped { addStandaloneSequence(to: &entry) }
            return entry
        }
    }
}
