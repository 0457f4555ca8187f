package import SlipwayCheckpoint
package import SlipwayCore
package import SlipwayGraph
package import SlipwayModels
import SlipwayPasses

/// The graph of a part as a package holds it: after the passes, what depends on weights alone computed.
package struct PackagedGraph {
    package let graph: Graph
    /// Values of the parameters that were computed, by name.
    package let derived: [String: Tensor]

    /// - Parameter progress: gets the bytes of checkpoint read since the last call.
    package init(_ part: ModelPart, source: any TensorSource, progress: @escaping (Int) -> Void = { _ in }) throws {
        let passed = try PassPipeline.run(part.graph)
        let reader = ParameterWriter(source: source, progress: progress)
        let folded = try WeightFolding.fold(passed) { try reader.tensor($0, of: passed) }
        graph = folded.graph
        derived = folded.values
    }
}
