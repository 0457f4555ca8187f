import SlipwayConfig
import SlipwayGraph

/// Experts mixed by one gate a task, a tower a task. Source: MMoE, KDD 2018.
public enum MMoE: SinglePartModel {
    public static let kind = "mmoe"

    public static func build(_ network: inout Network, _ inputs: inout EmbeddingGroup, _ context: ModelContext) throws {
        let config = context.model.mmoe
        let mixtures = try network.mixtureOfExperts(
            try inputs.firstGroup(in: &network), "mmoe", expert: config.expertMlp, count: Int(config.numExpert),
            gate: config.hasGateMlp ? config.gateMlp : nil, tasks: config.taskTowers.count)
        try network.taskTowers(mixtures, config.taskTowers)
    }
}
