import SlipwayConfig
import SlipwayGraph

/// A light network that learned from a booster; only the light one serves. Source: Rocket Launching, arXiv:1708.04106.
public enum RocketLaunching: SinglePartModel {
    public static let kind = "rocket_launching"

    public static func isTrainingOnly(_ parameterName: String) -> Bool { parameterName.hasPrefix("model.booster_") }

    public static func build(_ network: inout Network, _ inputs: inout EmbeddingGroup, _ context: ModelContext) throws {
        let config = context.model.rocketLaunching
        var shared = try inputs.firstGroup(in: &network)
        if config.hasShareMlp { shared = try network.mlp(shared, "share_mlp", config.shareMlp) }
        let light = try network.mlp(shared, "light_mlp", config.lightMlp)
        let numClass = Int(context.model.numClass)
        let score = try network.linear(light, "light_linear", outputs: numClass)
        try network.rankOutputs(score, losses: context.model.losses, numClass: numClass, suffix: "_light")
    }
}
