import SlipwayConfig
import SlipwayCore
import SlipwayGraph

extension Network {
    /// Score of one task in module `_task_tower.<index>`: the tower's MLP, if any, and a linear layer.
    ///
    /// - Parameter input: [B, K].
    /// - Returns: [B, num_class].
    mutating func taskTower(_ input: ValueID, _ index: Int, _ tower: TzrecTaskTower) throws -> ValueID {
        try module("_task_tower") { network in
            try network.module(String(index)) { network in
                let hidden = tower.hasMlp ? try network.mlp(input, "tower_mlp", tower.mlp) : input
                return try network.linear(hidden, "linear", outputs: Int(tower.numClass))
            }
        }
    }

    /// Scores and outputs of every task, from one input a task.
    mutating func taskTowers(_ inputs: [ValueID], _ towers: [TzrecTaskTower]) throws {
        guard !towers.isEmpty, inputs.count == towers.count else {
            throw SlipwayError(.invalidConfig, "the model has no task towers", fix: "add task_towers")
        }
        for (index, tower) in towers.enumerated() {
            let score = try taskTower(inputs[index], index, tower)
            try rankOutputs(
                score, losses: tower.losses, numClass: Int(tower.numClass), suffix: "_\(tower.towerName)")
        }
    }
}
