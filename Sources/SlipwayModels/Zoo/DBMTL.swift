import SlipwayConfig
import SlipwayCore
import SlipwayGraph

/// Deep Bayesian multi-target learning: towers that read the towers they depend on. Source: arXiv:1902.09154.
public enum DBMTL: SinglePartModel {
    public static let kind = "dbmtl"

    public static func build(_ network: inout Network, _ inputs: inout EmbeddingGroup, _ context: ModelContext) throws {
        let config = context.model.dbmtl
        var shared = try inputs.firstGroup(in: &network)
        if config.hasMaskNet { shared = try network.maskNet(shared, "mask_net", config.maskNet) }
        if config.hasBottomMlp { shared = try network.mlp(shared, "bottom_mlp", config.bottomMlp) }
        let taskInputs = try network.taskInputs(
            shared, expert: config.hasExpertMlp ? config.expertMlp : nil, count: Int(config.numExpert),
            gate: config.hasGateMlp ? config.gateMlp : nil, tasks: config.taskTowers.count)
        var towers: [String: ValueID] = [:]
        for (tower, input) in zip(config.taskTowers, taskInputs) {
            towers[tower.towerName] =
                tower.hasMlp ? try network.module("task_mlps") { try $0.mlp(input, tower.towerName, tower.mlp) } : input
        }
        var related: [String: ValueID] = [:]
        for (index, tower) in config.taskTowers.enumerated() {
            guard let own = towers[tower.towerName] else { continue }
            var value = own
            if tower.hasRelationMlp {
                let others = try tower.relationTowerNames.map { name in
                    guard let other = related[name] else {
                        throw SlipwayError(
                            .invalidConfig,
                            "tower \(tower.towerName) depends on \(name), which is not a tower before it",
                            fix: "order task_towers so that a tower stands after those it depends on")
                    }
                    return other
                }
                let joined = try network.concat([own] + others)
                value = try network.module("relation_mlps") { try $0.mlp(joined, tower.towerName, tower.relationMlp) }
            }
            related[tower.towerName] = value
            let numClass = Int(tower.numClass)
            let score = try network.module("task_outputs") { try $0.linear(value, String(index), outputs: numClass) }
            try network.rankOutputs(score, losses: tower.losses, numClass: numClass, suffix: "_\(tower.towerName)")
        }
    }
}
