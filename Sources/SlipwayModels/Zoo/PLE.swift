import SlipwayConfig
import SlipwayCore
import SlipwayGraph

/// Extraction networks over one another, a tower a task. Source: Progressive Layered Extraction, RecSys 2020.
public enum PLE: SinglePartModel {
    public static let kind = "ple"

    public static func build(_ network: inout Network, _ inputs: inout EmbeddingGroup, _ context: ModelContext) throws {
        let config = context.model.ple
        var shared = try inputs.firstGroup(in: &network)
        var tasks = config.taskTowers.map { _ in shared }
        for (index, extraction) in config.extractionNetworks.enumerated() {
            let isLast = index == config.extractionNetworks.count - 1
            let outputs = try network.module("_extraction_nets") { network in
                try network.module(String(index)) {
                    try $0.extractionNet(tasks: tasks, shared: shared, extraction, isLast: isLast)
                }
            }
            tasks = outputs.tasks
            if let next = outputs.shared { shared = next }
        }
        try network.taskTowers(tasks, config.taskTowers)
    }
}
