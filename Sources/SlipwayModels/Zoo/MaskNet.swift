import SlipwayConfig
import SlipwayCore
import SlipwayGraph

/// Blocks that multiply the embeddings by masks made of them. Source: arXiv:2102.07619.
public enum MaskNet: SinglePartModel {
    public static let kind = "mask_net"

    public static func build(_ network: inout Network, _ inputs: inout EmbeddingGroup, _ context: ModelContext) throws {
        let config = context.model.maskNet.maskNetModule
        guard config.hasTopMlp else {
            throw SlipwayError(.invalidConfig, "mask_net_module has no top_mlp", fix: "add top_mlp")
        }
        let hidden = try network.maskNet(try inputs.firstGroup(in: &network), "mask_net_layer", config)
        let numClass = Int(context.model.numClass)
        let score = try network.linear(hidden, "output_linear", outputs: numClass, bias: false)
        try network.rankOutputs(score, losses: context.model.losses, numClass: numClass)
    }
}
