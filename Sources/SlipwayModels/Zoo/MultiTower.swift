import SlipwayConfig
import SlipwayCore
import SlipwayGraph

/// One MLP a feature group, concatenated, then a final MLP.
public enum MultiTower: SinglePartModel {
    public static let kind = "multi_tower"

    public static func build(_ network: inout Network, _ inputs: inout EmbeddingGroup, _ context: ModelContext) throws {
        let config = context.model.multiTower
        var parts: [ValueID] = []
        for tower in config.towers { parts.append(try network.tower(tower, &inputs)) }
        try network.rankHead(parts, final: config.hasFinal ? config.final : nil, context)
    }
}

extension Network {
    /// A tower over one feature group: [B, hidden_units.last].
    mutating func tower(_ tower: TzrecTower, _ inputs: inout EmbeddingGroup) throws -> ValueID {
        let features = try inputs.group(tower.input, in: &self)
        return try module("towers") { try $0.mlp(features, tower.input, tower.mlp) }
    }

    /// Tower outputs side by side, the final MLP when there is one, and the scores.
    mutating func rankHead(_ parts: [ValueID], final: TzrecMLP?, _ context: ModelContext) throws {
        guard !parts.isEmpty else { throw SlipwayError(.invalidConfig, "the model has no towers", fix: "add towers") }
        var value = try concat(parts)
        if let final { value = try mlp(value, "final_mlp", final) }
        let numClass = Int(context.model.numClass)
        let score = try linear(value, "output_mlp", outputs: numClass)
        try rankOutputs(score, losses: context.model.losses, numClass: numClass)
    }
}
