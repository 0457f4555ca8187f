import SlipwayConfig
import SlipwayCore
import SlipwayGraph

/// Tree-based deep model: the scores of a node of the item tree for a user, and the nodes' embeddings, which the tree is
/// built from. Source: arXiv:1801.02294.
public enum TDM: RecommendationModel {
    public static let kind = "tdm"

    public static func parts(_ context: ModelContext) throws -> [ModelPart] {
        let sequences = context.groups.filter { $0.groupType == .sequence }
        guard let first = sequences.first, let last = sequences.last else {
            throw SlipwayError(
                .invalidConfig, "tdm needs a feature group of type SEQUENCE", fix: "add one to feature_groups")
        }
        return [
            ModelPart(name: "embedding", graph: try embedding(context, first.groupName)),
            try model(context, last.groupName),
        ]
    }

    private static func embedding(_ context: ModelContext, _ group: String) throws -> Graph {
        var network = Network(name: "tdm_embedding")
        var inputs = EmbeddingGroup(context)
        guard let query = try inputs.query(group, in: &network) else {
            throw SlipwayError(
                .invalidConfig, "sequence group \(group) has no query feature", fix: "add the item's own features")
        }
        try network.builder.output("item_emb", query)
        return try network.builder.build()
    }

    private static func model(_ context: ModelContext, _ group: String) throws -> ModelPart {
        let config = context.model.tdm
        var network = Network(name: "tdm_model")
        var inputs = EmbeddingGroup(context)
        var parts = [
            try network.module("multiwindow_din") { network in
                try inputs.multiWindowAttention(
                    group, windows: config.multiwindowDin.windowsLen.map(Int.init), config.multiwindowDin.attnMlp,
                    in: &network)
            }
        ]
        for other in context.groups where other.groupType != .sequence {
            parts.append(try inputs.group(other.groupName, in: &network))
        }
        let hidden = try network.mlp(try network.concat(parts), "deep_mlp", config.final)
        let numClass = Int(context.model.numClass)
        let score = try network.linear(hidden, "output_mlp", outputs: numClass)
        try network.rankOutputs(score, losses: context.model.losses, numClass: numClass)
        let unread = inputs.unreadParameters(beside: network, in: context.groups.map { $0.groupName })
        return ModelPart(name: "model", graph: try network.builder.build(), unread: unread)
    }
}
