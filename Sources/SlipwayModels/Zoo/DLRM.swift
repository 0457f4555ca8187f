import SlipwayConfig
import SlipwayGraph

/// Dot products of all pairs of embeddings, beside a dense network. Source: arXiv:1906.00091.
public enum DLRM: SinglePartModel {
    public static let kind = "dlrm"

    public static func build(_ network: inout Network, _ inputs: inout EmbeddingGroup, _ context: ModelContext) throws {
        let config = context.model.dlrm
<<<<<<< HEAD
        let sparseName = context.groups.count == 1 ? context.groups[0].groupName : "sparse"
        let dims = try inputs.featureDims(sparseName)
        guard let width = dims.first?.width, dims.allSatisfy({ $0.width == width }) else {
            throw SlipwayError(
                .invalidConfig,
                "the features of group \(sparseName) differ in width: "
                    + dims.map { "\($0.name) \($0.width)" }.joined(separator: ", "), fix: "give them one embedding_dim")
        }
        for name in [sparseName, "dense"] where context.hasGroup(name) {
            guard try context.group(name).sequenceEncoders.isEmpty else {
                throw SlipwayError(.invalidConfig, "group \(name) of a dlrm model cannot have sequence encoders")
            }
        }
        let sparse = try inputs.group(sparseName, in: &network)
        var fields = try network.reshape(sparse, tail: [dims.count, width])
        var dense: ValueID?
        if context.groups.count > 1, context.hasGroup("dense") {
            let hidden = try network.mlp(try inputs.group("dense", in: &network), "dense_mlp", config.denseMlp)
            guard try network.width(hidden) == width else {
                throw SlipwayError(
                    .invalidConfig,
                    "dense_mlp ends in \(try network.width(hidden)) units, the sparse features are "
                        + "\(width) wide", fix: "make the last hidden_units equal to embedding_dim")
            }
            fields = try network.concat([try network.reshape(hidden, tail: [1, width]), fields], axis: 1)
            dense = hidden
        }
        var parts = [
            try network.module("interaction") { try $0.builder.add(PairwiseDot(), [Operand("input", fields)]) }
=======
        let parts = try network.embeddingFields(&inputs, denseMLP: config.denseMlp, kind, context)
        var features = [
            try network.module("interaction") { try $0.builder.add(PairwiseDot(), [Operand("input", parts.fields)]) }
>>>>>>> a135fde9f8a84bbf5ebef2f66ddf9273a47bb23e
        ]
        if let dense = parts.dense { features.append(dense) }
        if config.archWithSparse { features.append(parts.sparse) }
        try network.rankHead(features, final: config.final, context)
    }
}
