import SlipwayConfig
import SlipwayGraph

/// Towers over plain groups beside target attention over sequence groups.
public enum MultiTowerDIN: SinglePartModel {
    public static let kind = "multi_tower_din"

    public static func build(_ network: inout Network, _ inputs: inout EmbeddingGroup, _ context: ModelContext) throws {
        let config = context.model.multiTowerDin
        var parts: [ValueID] = []
        for tower in config.towers { parts.append(try network.tower(tower, &inputs)) }
        for (index, tower) in config.dinTowers.enumerated() {
            let attended = try network.module("din_towers") { network in
                try network.module(String(index)) { network in
                    try inputs.targetAttention(tower.input, tower.attnMlp, in: &network)
                }
            }
            parts.append(attended)
        }
        try network.rankHead(parts, final: config.hasFinal ? config.final : nil, context)
    }
}
