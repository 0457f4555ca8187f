package import SlipwayConfig

/// Values a map input holds for the keys of another. Source: `tzrec/features/lookup_feature.py`.
package struct LookupFeature: ResultFeature {
    package typealias Message = TzrecLookupFeature

    package static let typeName = "lookup_feature"

    package var config: Message
    package let placement: FeaturePlacement

    package init(config: Message, placement: FeaturePlacement) {
        self.config = config
        self.placement = placement
    }

    package static func message(in config: TopLevel) -> (message: Message, isSequence: Bool)? {
        switch config {
        case .lookupFeature(let message): return (message, false)
        case .sequenceLookupFeature(let message): return (message, true)
        default: return nil
        }
    }

    package static func message(in config: Grouped) -> Message? {
        if case .lookupFeature(let message) = config { return message }
        return nil
    }

    package static func topLevel(_ message: Message, isSequence: Bool) -> TopLevel {
        isSequence ? .sequenceLookupFeature(message) : .lookupFeature(message)
    }

    package static func grouped(_ message: Message) -> Grouped { .lookupFeature(message) }

    package var inputExpressions: [String]? {
        config.hasMap && config.hasKey ? [config.map, config.key] : nil
    }

    package func ownEntries() -> [JSONObject] {
        config.valueDim > 1 ? vectorEntries() : [scalarEntry()]
    }

    private func lookupEntry(name: String) -> JSONObject {
        var entry = entry(name: name)
        entry["map"] = .string(config.map)
        entry["key"] = .string(config.key)
        entry["default_value"] = .string(defaultValue)
        entry["value_type"] = "float"
        entry["needDiscrete"] = .bool(config.needDiscrete)
        entry["needKey"] = .bool(config.needKey)
        entry["combiner"] = .string(config.combiner.lowercased())
        return entry
    }

    /// Text values and anything bucketized by words are discrete, and discrete values are not combined.
    private func scalarEntry() -> JSONObject {
        var entry = lookupEntry(name: config.featureName)
        addSeparator(config.separator, to: &entry)
        if config.hasNormalizer { entry["normalizer"] = .string(config.normalizer) }
        if let bucketizer {
            bucketizer.add(to: &entry)
            if bucketizer.needsText { entry["value_type"] = "string" }
        }
        if config.hasFgValueType { entry["value_type"] = .string(config.fgValueType) }
        if entry["value_type"] == "string" { entry["needDiscrete"] = true }
        if entry["needDiscrete"] == true { entry["combiner"] = "" }
        if entry["combiner"] == "" { entry["value_dim"] = .integer(valueDim) }
        addTail(to: &entry)
        return entry
    }

    /// Vectors: one entry finds the text, a second splits it into numbers.
    private func vectorEntries() -> [JSONObject] {
        let hidden = config.featureName + "__lookup"
        let width = Int(config.valueDim)
        var lookup = lookupEntry(name: hidden)
        let defaults = [String](repeating: defaultValue, count: width)
        lookup["default_value"] = .string(defaults.joined(separator: config.valueSeparator))
        lookup["value_type"] = "string"
        lookup["value_dim"] = 1
        lookup["needDiscrete"] = true
        lookup["combiner"] = ""
        lookup["stub_type"] = true
        addSequenceFields(to: &lookup)
        var raw = entry("raw_feature")
        raw["default_value"] = .string(defaultValue)
        raw["expression"] = .string("feature:" + hidden)
        raw["separator"] = .string(config.valueSeparator)
        raw["value_dim"] = .integer(width)
        raw["value_type"] = "float"
        if config.hasNormalizer { raw["normalizer"] = .string(config.normalizer) }
        addBoundaries(to: &raw)
        if isGrouped { raw["sequence_fields"] = .strings([hidden]) }
        return [lookup, raw]
    }

    /// The default of a vector is written once a value, so its width is bounded.
    package func validate() throws {
        try validateVocabulary()
        if config.valueDim > 1 << 20 {
            throw FeatureError.config(name, "value_dim", "is \(config.valueDim)", fix: "use at most \(1 << 20)")
        }
    }
}
