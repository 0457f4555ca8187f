import SlipwayConfig
import SlipwayCore

/// Every kind of feature this build knows: one line each.
package enum FeatureCatalogue {
    package static let types: [any FeatureType.Type] = [
        IDFeature.self,
        RawFeature.self,
        ComboFeature.self,
        LookupFeature.self,
        MatchFeature.self,
        ExprFeature.self,
        OverlapFeature.self,
        TokenizeFeature.self,
        CustomFeature.self,
        KVDotProductFeature.self,
        BoolMaskFeature.self,
        CombineFeature.self,
    ]

    /// The feature, or a sequence group's features, of one config entry.
    static func decode(_ config: TzrecFeatureConfig, groupSeparator: String) throws -> [any FeatureType] {
        guard let message = config.feature else {
            throw SlipwayError(
                .invalidConfig, "a feature_configs entry is empty", fix: "put a feature into it or remove it")
        }
        if case .sequenceFeature(let group) = message { return try decode(group, groupSeparator: groupSeparator) }
        for type in types {
            if let feature = try type.decode(message, groupSeparator: groupSeparator) { return [feature] }
        }
        throw SlipwayError(.unsupported, "a feature of an unknown kind", fix: "use a kind that this version knows")
    }

    private static func decode(_ group: TzrecSequenceFeature, groupSeparator: String) throws -> [any FeatureType] {
        guard !group.sequenceName.isEmpty else {
            throw SlipwayError(.invalidConfig, "a sequence_feature has no sequence_name", fix: "name it")
        }
        let placement = FeaturePlacement(
            isSequence: true,
            group: .init(
                name: group.sequenceName, length: Int(group.sequenceLength), delimiter: group.sequenceDelim,
                primaryKey: group.sequencePk.isEmpty ? "user:\(group.sequenceName)" : group.sequencePk),
            groupSeparator: groupSeparator)
        return try group.features.enumerated().map { position, config in
            try withContext("sequence_feature \(group.sequenceName), features[\(position)]") {
                guard let message = config.feature else {
                    throw SlipwayError(.invalidConfig, "an entry is empty", fix: "put a feature into it or remove it")
                }
                for type in types {
                    if let feature = try type.decode(message, placement: placement) { return feature }
                }
                throw SlipwayError(
                    .unsupported, "a feature of an unknown kind", fix: "use a kind that this version knows")
            }
        }
    }
}

extension FeatureType {
    fileprivate static func decode(_ config: TopLevel, groupSeparator: String) throws -> Self? {
        guard let (message, isSequence) = message(in: config) else { return nil }
        return try decode(message, FeaturePlacement(isSequence: isSequence, group: nil, groupSeparator: groupSeparator))
    }

    fileprivate static func decode(_ config: Grouped, placement: FeaturePlacement) throws -> Self? {
        try message(in: config).map { try decode($0, placement) }
    }

    private static func decode(_ message: Message, _ placement: FeaturePlacement) throws -> Self {
        guard !message.featureName.isEmpty else {
            throw SlipwayError(.invalidConfig, "a \(typeName) has no feature_name", fix: "name it")
        }
        return try Self(config: message, placement: placement)
    }
}
