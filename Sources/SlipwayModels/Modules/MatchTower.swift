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
            try part(
                "user", context, kind: kind, sharesEmbeddings: sharesEmbeddings, notes: userNotes, build: user),
            try part("item", context, kind: kind, sharesEmbeddings: sharesEmbeddings, build: item),
        ]
    }

    /// Both parts of a model whose towers are an MLP over one group each.
    static func parts(
        _ context: ModelContext, kind: String, sharesEmbeddings: Bool = false, user: TzrecTower, item: TzrecTower,
        outputDim: Int, _ similarity: TzrecSimilarity
    ) throws -> [ModelPart] {
        func build(_ tower: TzrecTower) -> Build {
            { network, inputs in
                try network.matchTower(
                    try inputs.group(tower.input, in: &network), tower.mlp, outputDim: outputDim, similarity)
            }
        }
        return try parts(
            context, kind: kind, sharesEmbeddings: sharesEmbeddings, user: build(user), item: build(item))
    }

    /// One part; `name` is `user` or `item`.
    static func part(
        _ name: String, _ context: ModelContext, kind: String, sharesEmbeddings: Bool, notes: [String] = [],
        build: Build
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
        _ hidden: ValueID, outputDim: Int, _ similarity: TzrecSimilarity, bias: Bool = true, least: Float = 1e-12
    ) throws -> ValueID {
        let value = outputDim > 0 ? try linear(hidden, "output", outputs: outputDim, bias: bias) : hidden
        return similarity == .cosine ? try normalized(value, least: least) : value
    }

    /// Vectors of the last dimension at length 1; those shorter than `least` are divided by that.
    mutating func normalized(_ input: ValueID, least: Float = 1e-12) throws -> ValueID {
        let squares = try reduce(.sum, try unary(.square, input), axis: type(input).rank - 1, keep: true)
        let least = try constant(Double(least))
        let length = try binary(.maximum, try unary(.sqrt, squares), least)
        return try binary(.divide, input, length)
    }
}
