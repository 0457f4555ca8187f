import SlipwayConfig
import SlipwayGraph

/// Stacked factorization machines over the embeddings of all features. Source: arXiv:2403.02545.
public enum WuKong: SinglePartModel {
    public static let kind = "wukong"

    public static func build(_ network: inout Network, _ inputs: inout EmbeddingGroup, _ context: ModelContext) throws {
        let config = context.model.wukong
        var fields = try network.embeddingFields(&inputs, denseMLP: config.denseMlp, kind, context).fields
        for (index, layer) in config.wukongLayers.enumerated() {
            fields = try network.module("_wukong_layers") { network in
                try network.module(String(index)) { try $0.wuKongLayer(fields, layer) }
            }
        }
        let sizes = network.type(fields).dimensions.compactMap(\.size)
        let flat = try network.reshape(fields, tail: [sizes.reduce(1, *)])
        try network.rankHead([flat], final: config.final, context)
    }
}
