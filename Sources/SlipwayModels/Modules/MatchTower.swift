import SlipwayConfig
import SlipwayCore
import SlipwayGraph

/// A model of a user and an item tower, exported as the parts `user` and `item`.
enum MatchTowers {
    typealias Build = (_ network: inout Network, _ inputs: inout EmbeddingGroup) throws -> ValueID

    /// Both parts, the output of each called `user_tower_emb` or `item_tower_emb`.
    ///
    /// - Parameters:
    ///   - sharesEmbeddings: whether the model holds the tables, not each tower its own.
    ///   - user: gives the user embedding, [B, …, D], built inside `user_tower`.
    static func parts(
        _ context: ModelContext, kind: String, sharesEmbeddings: Bool = false, userNotes: [String] = [], user: Build,
        item: Build
    ) throws -> [ModelPart] {
        [
            try part("user", context, kind, sharesEmbeddings, userNotes, user),
            try part("item", context, kind, sharesEmbeddings, [], item),
        ]
    }

    private static func part(
        _ name: String, _ context: ModelContext, _ kind: String, _ sharesEmbeddings: Bool, _ notes: [String],
        _ build: Build
    ) throws -> ModelPart {
        let tower = "\(name)_tower"
        var network = Network(name: "\(kind)_\(name)")
        var inputs = EmbeddingGroup(context, tower: sharesEmbeddings ? nil : tower, dropoutTower: tower)
        let embedding = try network.module(tower) { try build(&$0, &inputs) }
        try network.builder.output("\(tower)_emb", embedding)
        let groups = sharesEmbeddings ? context.groups.map { $0.groupName } : inputs.builtGroups
        let unread = inputs.unreadParameters(beside: network, in: groups)
        return ModelPart(name: name, graph: try network.builder.build(), notes: notes, unread: unread)
    }
}

extension Network {
    /// MLP, projection and normalisation of a tower: [B, K] → [B, D].
    mutating func matchTower(
        _ features: ValueID, _ mlp: TzrecMLP, outputDim: Int, _ similarity: TzrecSimilarity
    ) throws -> ValueID {
        try matchOutput(try self.mlp(features, "mlp", mlp), outputDim: outputDim, similarity)
    }

    /// The projection to `outputDim` when that is positive, then unit length for cosine similarity.
    mutating func matchOutput(
        _ hidden: ValueID, outputDim: Int, _ similarity: TzrecSimilarity, bias: Bool = true
    ) throws -> ValueID {
        let value = outputDim > 0 ? try linear(hidden, "output", outputs: outputDim, bias: bias) : hidden
        return similarity == .cosine ? try normalized(value) : value
    }

    /// Vectors of the last dimension at length 1; vectors shorter than 1e-12 grow by that factor only.
    mutating func normalized(_ input: ValueID) throws -> ValueID {
        let squares = try reduce(.sum, try unary(.square, input), axis: type(input).rank - 1, keep: true)
        let least = try constant(1e-12)
        let length = try binary(.maximum, try unary(.sqrt, squares), least)
        return try binary(.divide, input, length)
    }
}
