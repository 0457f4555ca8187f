package import SlipwayConfig

/// A user-written operator. Source: `tzrec/features/custom_feature.py`.
package struct CustomFeature: ResultFeature {
    package typealias Message = TzrecCustomFeature

    package static let typeName = "custom_feature"

    package var config: Message
    package let placement: FeaturePlacement

    package init(config: Message, placement: FeaturePlacement) {
        self.config = config
        self.placement = placement
    }

    package static func message(in config: TopLevel) -> (message: Message, isSequence: Bool)? {
        switch config {
        case .customFeature(let message): return (message, false)
        case .sequenceCustomFeature(let message): return (message, true)
        default: return nil
        }
    }

    package static func message(in config: Grouped) -> Message? {
        if case .customFeature(let message) = config { return message }
        return nil
    }

    package static func topLevel(_ message: Message, isSequence: Bool) -> TopLevel {
        isSequence ? .sequenceCustomFeature(message) : .customFeature(message)
    }

    package static func grouped(_ message: Message) -> Grouped { .customFeature(message) }

    package var inputExpressions: [String]? { config.expression }

    /// `pyfg/lib/…` means the engine's own operators and is kept as it is.
    private var operatorLibFile: String {
        guard config.hasAssetDir, !config.operatorLibFile.hasPrefix("pyfg/lib/") else { return config.operatorLibFile }
        return AssetPath.join(config.assetDir, config.operatorLibFile)
    }

    /// The operator's parameters stand beside the feature's own keys, and replace them.
    package func ownEntries() -> [JSONObject] {
        var entry = entry()
        entry["default_value"] = .string(defaultValue)
        entry["operator_name"] = .string(config.operatorName)
        entry["operator_lib_file"] = .string(operatorLibFile)
        entry["is_op_thread_safe"] = .bool(config.isOpThreadSafe)
        entry["expression"] = .strings(config.expression)
        entry["value_type"] = "float"
        if config.hasOperatorParams { entry.merge(JSONObject(config.operatorParams)) }
        addSeparator(config.separator, to: &entry)
        if config.hasNormalizer { entry["normalizer"] = .string(config.normalizer) }
        if let bucketizer {
            bucketizer.add(to: &entry)
            if case .numBuckets = bucketizer {
                entry["value_type"] = "int64"
            } else if bucketizer.needsText {
                entry["value_type"] = "string"
            }
        }
        entry["value_dim"] = .integer(valueDim)
        addTail(to: &entry)
        return [entry]
    }

    /// A standalone sequence keeps the plain `feature_type`.
    package func fgEntries() throws -> [JSONObject] {
        ownEntries().map { entry in
            var entry = entry
            if isSequence, !isGrouped { addStandaloneSequence(to: &entry) }
            if isSequence { entry["is_sequence"] = true }
            return entry
        }
    }

    package var assets: [FeatureAsset] {
        let isBuiltIn = config.operatorLibFile.isEmpty || config.operatorLibFile.hasPrefix("pyfg/lib/")
        return vocabularyAssets + (isBuiltIn ? [] : [FeatureAsset(field: .operatorLibFile, path: operatorLibFile)])
    }

    package mutating func setAsset(_ field: FeatureAsset.Field, to path: String) {
        switch field {
        case .vocabFile: config.vocabFile = path
        case .operatorLibFile: config.operatorLibFile = path
        case .stopCharFile: break
        }
    }
}
