import SlipwayConfig
import SlipwayCore
import SlipwayGraph

extension Network {
    /// One extraction network of a PLE model in the current module: experts of each task and shared ones, mixed for each
    /// task, and for the shared side unless the network is the last. Source: Progressive Layered Extraction, RecSys 2020.
    ///
    /// - Parameters:
    ///   - tasks: one value [B, K] a task.
    ///   - shared: [B, Ks].
    /// - Returns: one value a task, and the shared one.
    mutating func extractionNet(
        tasks: [ValueID], shared: ValueID, _ config: TzrecExtractionNetwork, isLast: Bool
    ) throws -> (tasks: [ValueID], shared: ValueID?) {
        guard config.expertNumPerTask > 0 || config.shareNum > 0 else {
            throw SlipwayError(
                .invalidConfig, "extraction network \(config.networkName) has no experts",
                fix: "set expert_num_per_task or share_num above 0")
        }
        let sharedExperts = try module("_shared_layers") { network in
            try (0..<Int(config.shareNum)).map { try network.mlp(shared, String($0), config.shareExpertNet) }
        }
        var taskExperts: [ValueID] = [], outputs: [ValueID] = []
        for (index, task) in tasks.enumerated() {
            let experts = try module("_task_layers") { network in
                try network.module(String(index)) { network in
                    try (0..<Int(config.expertNumPerTask)).map {
                        try network.mlp(task, String($0), config.taskExpertNet)
                    }
                }
            }
            let all = experts + sharedExperts
            let logits = try module("_task_gates") { try $0.linear(task, String(index), outputs: all.count) }
            outputs.append(try mix(all, logits))
            taskExperts += experts
        }
        guard !isLast else { return (outputs, nil) }
        let all = taskExperts + sharedExperts
        return (outputs, try mix(all, try linear(shared, "_shared_gate", outputs: all.count)))
    }
}
