import SlipwayConfig
import SlipwayGraph

/// Dual augmented two-tower model: each tower also reads a vector of its own id that imitates the other tower. Source:
/// A Dual Augmented Two-tower Model for Online Large-scale Recommendation, DLP-KDD 2021.
public enum DAT: RecommendationModel {
    public static let kind = "dat"

    public static func parts(_ context: ModelContext) throws -> [ModelPart] {
        let config = context.model.dat
        func tower(_ tower: TzrecDATTower) -> MatchTowers.Build {
            { network, inputs in
                let features = try inputs.group(tower.input, in: &network)
                let augmented = try inputs.group(tower.augmentInput, in: &network)
                return try network.matchTower(
                    try network.concat([features, augmented]), tower.mlp, outputDim: Int(config.outputDim),
                    config.similarity)
            }
        }
        return try MatchTowers.parts(
            context, kind: kind, user: tower(config.userTower), item: tower(config.itemTower))
    }
}
