import SlipwayConfig
import SlipwayGraph

/// Dot products of all pairs of embeddings, beside a dense network. Source: arXiv:1906.00091.
public enum DLRM: SinglePartModel {
    public static let kind = "dlrm"

    public static func build(_ network: inout Network, _ inputs: inout EmbeddingGroup, _ context: ModelContext) throws {
        let config = context.model.dlrm
        let parts = try network.embeddingFields(&inputs, denseMLP: config.denseMlp, kind, context)
        var features = [
            try network.module("interaction") { try $0.builder.add(PairwiseDot(), [Operand("input", parts.fields)]) }
        ]
        if let dense = parts.dense { features.append(dense) }
        if config.archWithSparse { features.append(parts.sparse) }
        try network.rankHead(features, final: config.final, context)
    }
}
