import SlipwayConfig
import SlipwayCore
import SlipwayGraph

/// Towers that take out what the towers before them explain, so that conversions are not confounded by clicks.
public enum DC2VR: SinglePartModel {
    public static let kind = "dc2vr"

    public static func build(_ network: inout Network, _ inputs: inout EmbeddingGroup, _ context: ModelContext) throws {
        let config = context.model.dc2Vr
        var shared = try inputs.firstGroup(in: &network)
        if config.hasBottomMlp { shared = try network.mlp(shared, "bottom_mlp", config.bottomMlp) }
        let taskInputs = try network.taskInputs(
            shared, expert: config.hasExpertMlp ? config.expertMlp : nil, count: Int(config.numExpert),
            gate: config.hasGateMlp ? config.gateMlp : nil, tasks: config.taskTowers.count)
        var done: [String: ValueID] = [:]
        for (index, tower) in config.taskTowers.enumerated() {
            var value = taskInputs[index]
            if tower.hasMlp {
                value = try network.module("task_mlps") { try $0.mlp(value, tower.towerName, tower.mlp) }
            }
            if tower.hasLowRankDim {
                let sources = try tower.interventionTowerNames.map { name in
                    guard let source = done[name] else {
                        throw SlipwayError(
                            .invalidConfig,
                            "tower \(tower.towerName) intervenes on \(name), which is not a tower before it",
                            fix: "order task_towers so that a tower stands after those it names")
                    }
                    return source
                }
                guard !sources.isEmpty else {
                    throw SlipwayError(
                        .invalidConfig, "tower \(tower.towerName) has low_rank_dim but no intervention_tower_names",
                        fix: "name the towers, or take low_rank_dim out")
                }
                let source = try network.concat(sources)
                value = try network.module("intervention") {
                    try $0.intervention(value, source: source, tower.towerName, rank: Int(tower.lowRankDim))
                }
            }
            done[tower.towerName] = value
            let numClass = Int(tower.numClass)
            let score = try network.module("task_outputs") { try $0.linear(value, String(index), outputs: numClass) }
            try network.rankOutputs(score, losses: tower.losses, numClass: numClass, suffix: "_\(tower.towerName)")
        }
    }
}
