import SlipwayConfig
import SlipwayGraph

/// As `DSSM`, with tables that both towers share.
public enum DSSMV2: RecommendationModel {
    public static let kind = "dssm_v2"

    public static func parts(_ context: ModelContext) throws -> [ModelPart] {
        let config = context.model.dssmV2
        return try MatchTowers.parts(
            context, kind: kind, sharesEmbeddings: true, user: config.userTower, item: config.itemTower,
            outputDim: Int(config.outputDim),
            config.similarity)
    }
}
