import SlipwayConfig
import SlipwayGraph

/// Cross network beside a deep one. Source: arXiv:1708.05123.
public enum DCNV1: SinglePartModel {
    public static let kind = "dcn_v1"

    public static func build(_ network: inout Network, _ inputs: inout EmbeddingGroup, _ context: ModelContext) throws {
        let config = context.model.dcnV1
        let features = try inputs.firstGroup(in: &network)
        let crossed = try network.cross(features, "cross", layers: Int(config.cross.crossNum))
        let deep = try network.mlp(features, "deep", config.deep)
        let hidden = try network.mlp(try network.concat([crossed, deep]), "final_dnn", config.final)
        let numClass = Int(context.model.numClass)
        let score = try network.linear(hidden, "output_linear", outputs: numClass, bias: false)
        try network.rankOutputs(score, losses: context.model.losses, numClass: numClass)
    }
}
