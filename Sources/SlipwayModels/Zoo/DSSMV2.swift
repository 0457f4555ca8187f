import SlipwayConfig
import SlipwayGraph

/// As `DSSM`, with tables that both towers share.
public enum DSSMV2: RecommendationModel {
    public static let kind = "dssm_v2"

    public static func parts(_ context: ModelContext) throws -> [ModelPart] {
        let config = context.model.dssmV2
        func tower(_ tower: TzrecTower) -> MatchTowers.Build {
            { network, inputs in
                try network.matchTower(
                    try inputs.group(tower.input, in: &network), tower.mlp, outputDim: Int(config.outputDim),
                    config.similarity)
            }
        }
        return try MatchTowers.parts(
            context, kind: kind, sharesEmbeddings: true, user: tower(config.userTower), item: tower(config.itemTower))
    }
}
