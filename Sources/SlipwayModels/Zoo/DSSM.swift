import SlipwayConfig
import SlipwayGraph

/// A user and an item tower, each an MLP over one group with tables of its own. Source: Deep Structured Semantic Models,
/// Huang et al., CIKM 2013.
public enum DSSM: RecommendationModel {
    public static let kind = "dssm"

    public static func parts(_ context: ModelContext) throws -> [ModelPart] {
        let config = context.model.dssm
        return try MatchTowers.parts(
            context, kind: kind, user: config.userTower, item: config.itemTower, outputDim: Int(config.outputDim),
            config.similarity)
    }
}
