import SlipwayConfig
import SlipwayCore
import SlipwayFeatures
import SlipwayGraph

/// A user tower of HSTU layers over the history, and an item tower that is fed one item a row.
public enum HSTUMatch: RecommendationModel {
    public static let kind = "hstu_match"
    public static let tileRefusal: String? = "each tower of an hstu_match model reads one side alone"

    public static func parts(_ context: ModelContext) throws -> [ModelPart] {
        let config = context.model.hstuMatch
        guard !config.inBatchNegative else {
            throw SlipwayError(
                .invalidConfig, "hstu_match does not support in_batch_negative", fix: "set in_batch_negative: false")
        }
        let user = try MatchTowers.part("user", context, kind: kind, sharesEmbeddings: true) { network, inputs in
            let about = context.hasGroup("contextual") ? try inputs.hstuContext(asOne: false, in: &network) : nil
            let anchor = context.hasGroup("query_time") ? try inputs.group("query_time", in: &network) : nil
            let value = try network.module("_hstu_encoder") { network in
                try network.hstuUser(
                    config.userTower, isAscending: config.sequenceTimestampIsAscending, about, anchor: anchor, &inputs)
            }
            return try network.matchOutput(
                value, outputDim: Int(config.outputDim), config.similarity, least: 1e-6)
        }
        let name = config.itemTower.input
        let scalars = try itemContext(context, group: name)
        let item = try MatchTowers.part("item", scalars, kind: kind, sharesEmbeddings: true) { network, inputs in
            guard let value = try inputs.query(name, in: &network) else {
                throw SlipwayError(.invalidConfig, "feature group \(name) is empty", fix: "add the item's features")
            }
            let hidden = config.itemTower.hasMlp ? try network.mlp(value, "mlp", config.itemTower.mlp) : value
            return try network.matchOutput(
                hidden, outputDim: Int(config.outputDim), config.similarity, least: 1e-6)
        }
        return [user, item]
    }

    /// The context whose group `group` has, for each step of a candidate sequence, the feature of one item.
    private static func itemContext(_ context: ModelContext, group: String) throws -> ModelContext {
        let features = try context.features.subset(try context.group(group).featureNames).scalarProjection()
        var config = context.config
        config.modelConfig.featureGroups = config.modelConfig.featureGroups.map {
            guard $0.groupName == group else { return $0 }
            var scalar = $0
            scalar.featureNames = features.features.map(\.name)
            return scalar
        }
        return ModelContext(
            config: config, features: features, options: context.options, dynamicRows: context.dynamicRows)
    }
}
