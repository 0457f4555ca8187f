package import SlipwayConfig

/// Values a two-level map holds for two keys. Source: `tzrec/features/match_feature.py`.
package struct MatchFeature: ResultFeature {
    package typealias Message = TzrecMatchFeature

    package static let typeName = "match_feature"

    package var config: Message
    package let placement: FeaturePlacement

    package init(config: Message, placement: FeaturePlacement) {
        self.config = config
        self.placement = placement
    }

    package static func message(in config: TopLevel) -> (message: Message, isSequence: Bool)? {
        switch config {
        case .matchFeature(let message): return (message, false)
        case .sequenceMatchFeature(let message): return (message, true)
        default: return nil
        }
    }

    package static func message(in config: Grouped) -> Message? {
        if case .matchFeature(let message) = config { return message }
        return nil
    }

    package static func topLevel(_ message: Message, isSequence: Bool) -> TopLevel {
        isSequence ? .sequenceMatchFeature(message) : .matchFeature(message)
    }

    package static func grouped(_ message: Message) -> Grouped { .matchFeature(message) }

    /// The key `ALL` means every key, and is no input.
    package var inputExpressions: [String]? {
        guard config.hasNestedMap, config.hasPkey, config.hasSkey else { return nil }
        return [config.nestedMap, config.pkey, config.skey].filter { $0 != "ALL" }
    }

    package var outputDim: Int { isSparse || denseEmbedding != nil ? Int(config.embeddingDim) : 1 }

    /// Upstream counts one row more for a vocabulary list than there are words.
    package func numEmbeddings() throws -> Int {
        if case .vocabList(let words, _) = bucketizer { return words.count + 1 }
        return try bucketizerRows()
    }

    package func ownEntries() -> [JSONObject] {
        let matchesAll = config.pkey == "ALL" || config.skey == "ALL"
        var entry = entry()
        entry["user"] = .string(config.nestedMap)
        entry["category"] = .string(config.pkey)
        entry["item"] = .string(config.skey)
        entry["matchType"] = .string(matchesAll ? "multihit" : "hit")
        entry["default_value"] = .string(defaultValue)
        entry["value_type"] = "float"
        entry["needDiscrete"] = .bool(config.needDiscrete)
        entry["show_category"] = .bool(config.showPkey)
        entry["show_item"] = .bool(config.showSkey)
        addSeparator(config.separator, to: &entry)
        if config.hasNormalizer { entry["normalizer"] = .string(config.normalizer) }
        if let bucketizer {
            bucketizer.add(to: &entry)
            if bucketizer.needsText {
                entry["value_type"] = "string"
                entry["needDiscrete"] = true
            }
        }
        if entry["needDiscrete"] == true { entry["value_dim"] = .integer(valueDim) }
        if config.hasFgValueType { entry["value_type"] = .string(config.fgValueType) }
        addTail(to: &entry)
        return [entry]
    }
}
