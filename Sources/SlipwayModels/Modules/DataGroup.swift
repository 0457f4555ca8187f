import SlipwayConfig
import SlipwayCore
import SlipwayFeatures

extension ModelContext {
    /// Upstream's name of the batch that a feature's rows come in, which is part of the names of its tables: features with a
    /// negatively sampled input have longer batches than others.
    ///
    /// Source: `create_features` in `tzrec/features/feature.py`.
    func dataGroup(of feature: FeatureSpec) -> String {
        guard !config.dataConfig.forceBaseDataGroup, !sampledFields.isDisjoint(with: fieldNames(of: feature)) else {
            return "__BASE__"
        }
        return Self.crossing.contains(feature.typeName) ? "__CNEG__" : "__NEG__"
    }

    /// Kinds of features that may read user and item fields at once.
    private static let crossing: Set<String> = [
        "bool_mask_feature", "combo_feature", "custom_feature", "expr_feature", "kv_dot_product", "lookup_feature",
        "match_feature", "overlap_feature",
    ]

    /// Fields that the negative sampler fills; a TDM sampler's rows are as many as the others.
    private var sampledFields: Set<String> {
        switch config.dataConfig.sampler {
        case .negativeSampler(let sampler): return Set(sampler.attrFields)
        case .negativeSamplerV2(let sampler): return Set(sampler.attrFields)
        case .hardNegativeSampler(let sampler): return Set(sampler.attrFields)
        case .hardNegativeSamplerV2(let sampler): return Set(sampler.attrFields)
        case .tdmSampler, nil: return []
        }
    }

    private func fieldNames(of feature: FeatureSpec) -> [String] {
        switch config.dataConfig.fgMode {
        case .fgNone, .fgBucketize: return [feature.name]
        case .fgNormal, .fgDag: return feature.inputs.map(\.name)
        }
    }
}
