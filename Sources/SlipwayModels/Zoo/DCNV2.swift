import SlipwayConfig
import SlipwayGraph

/// Low-rank cross network, over a backbone if there is one, beside a deep network if there is one. Source: arXiv:2008.13535.
public enum DCNV2: SinglePartModel {
    public static let kind = "dcn_v2"

    public static func build(_ network: inout Network, _ inputs: inout EmbeddingGroup, _ context: ModelContext) throws {
        let config = context.model.dcnV2
        let features = try inputs.firstGroup(in: &network)
        let base = config.hasBackbone ? try network.mlp(features, "backbone", config.backbone) : features
        var parts = [
            try network.lowRankCross(
                base, "cross", layers: Int(config.cross.crossNum), rank: Int(config.cross.lowRank))
        ]
        if config.hasDeep { parts.append(try network.mlp(features, "deep", config.deep)) }
        let hidden = try network.mlp(try network.concat(parts), "final", config.final)
        let numClass = Int(context.model.numClass)
        let score = try network.linear(hidden, "output_mlp", outputs: numClass, bias: false)
        try network.rankOutputs(score, losses: context.model.losses, numClass: numClass)
    }
}
