import SlipwayConfig
import SlipwayGraph

/// Compressed interaction network over a WIDE group beside a deep network. Source: arXiv:1803.05170.
public enum XDeepFM: SinglePartModel {
    public static let kind = "xdeepfm"

    public static func wideEmbeddingDim(_ context: ModelContext) -> Int { Int(context.model.xdeepfm.wideEmbeddingDim) }

    public static func build(_ network: inout Network, _ inputs: inout EmbeddingGroup, _ context: ModelContext) throws {
        let config = context.model.xdeepfm
        let wide = try inputs.group("wide", in: &network)
        let count = try inputs.featureDims("wide").count
        let fields = try network.reshape(wide, tail: [count, wideEmbeddingDim(context)])
        let crossed = try network.interactionNetwork(fields, "cin", layerSizes: config.cin.cinLayerSize.map { Int($0) })
        let deep = try network.mlp(try inputs.group("deep", in: &network), "deep", config.deep)
        let hidden = try network.mlp(try network.concat([crossed, deep]), "final", config.final)
        let numClass = Int(context.model.numClass)
        let score = try network.linear(hidden, "output_mlp", outputs: numClass)
        try network.rankOutputs(score, losses: context.model.losses, numClass: numClass)
    }
}
