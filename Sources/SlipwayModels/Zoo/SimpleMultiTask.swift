import SlipwayConfig
import SlipwayGraph

/// A tower a task over one feature group.
///
/// TorchEasyRec has the config of this kind but no model; weights are named as its other multi-task models name them.
public enum SimpleMultiTask: SinglePartModel {
    public static let kind = "simple_multi_task"

    public static func build(_ network: inout Network, _ inputs: inout EmbeddingGroup, _ context: ModelContext) throws {
        let towers = context.model.simpleMultiTask.taskTowers
        let features = try inputs.firstGroup(in: &network)
        try network.taskTowers(towers.map { _ in features }, towers)
    }
}
