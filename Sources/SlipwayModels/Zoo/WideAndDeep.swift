import SlipwayConfig
import SlipwayGraph

/// Wide sum and deep network. Source: arXiv:1606.07792.
public enum WideAndDeep: SinglePartModel {
    public static let kind = "wide_and_deep"

    public static func wideEmbeddingDim(_ context: ModelContext) -> Int {
        let width = Int(context.model.wideAndDeep.wideEmbeddingDim)
        return width == 0 ? 4 : width
    }

    public static func build(_ network: inout Network, _ inputs: inout EmbeddingGroup, _ context: ModelContext) throws {
        let config = context.model.wideAndDeep
        let wide = try network.reduce(.sum, try inputs.group("wide", in: &network), axis: 1, keep: true)
        let deep = try network.mlp(try inputs.group("deep", in: &network), "deep_mlp", config.deep)
        if config.hasFinal { return try network.rankHead([wide, deep], final: config.final, context) }
        let numClass = Int(context.model.numClass)
        let score = try network.add(wide, try network.linear(deep, "output_mlp", outputs: numClass))
        try network.rankOutputs(score, losses: context.model.losses, numClass: numClass)
    }
}
