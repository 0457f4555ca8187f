import SlipwayCore
public import SlipwayGraph

/// The passes every exported graph goes through, in order.
public enum PassPipeline {
    /// The name of the graph as the model's file built it.
    public static let sourceStage = "source"

    public static let passes: [any GraphPass.Type] = [
        // First, so that the passes that follow see one value where groups read the same feature.
        EliminateCommonSubexpressions.self,
        // Before everything that looks for user shares: after it, tiles stand only where sides meet.
        SinkTile.self,
        // After the sinking, which leaves the request's own sequence right before the attention that reads it.
        FoldTargetAttention.self,
        // As above; the last reader of a tiled sequence.
        FoldWeightedSum.self,
        // After the attention is folded, whose first layer may have a norm, and before the split, which leaves an addition
        // between a layer and its norm.
        FoldBatchNorm.self,
        // Last of the changes: what it makes, no other pass looks for.
        SplitLinearOverConcat.self,
        // Users' concatenations that the split made for several layers are one.
        EliminateCommonSubexpressions.self,
        // What the passes above left behind.
        EliminateDeadCode.self,
    ]

    /// One stage: the graph after a pass, and what the pass did.
    public struct Stage: Sendable {
        /// Unique: a pass that runs twice has a number behind its name.
        public let name: String
        public let summary: String
        public let rounding: String?
        public let patches: [Patch]
        public let graph: Graph

        public init(name: String, summary: String, rounding: String?, patches: [Patch], graph: Graph) {
            self.name = name
            self.summary = summary
            self.rounding = rounding
            self.patches = patches
            self.graph = graph
        }
    }

    /// The graph as built and after every pass. Throws what the verifier says of the graph on entry or of a pass's result,
    /// naming the pass.
    public static func stages(of graph: Graph) throws -> [Stage] {
        try GraphVerifier.verify(graph)
        var stages = [
            Stage(name: sourceStage, summary: "the graph as built", rounding: nil, patches: [], graph: graph)
        ]
        for (pass, name) in zip(passes, names.dropFirst()) {
            let result = try withContext("in pass \(name)") {
                let result = try pass.run(stages[stages.count - 1].graph)
                try GraphVerifier.verify(result.graph)
                return result
            }
            stages.append(
                Stage(
                    name: name, summary: pass.summary, rounding: pass.rounding, patches: result.patches,
                    graph: result.graph))
        }
        return stages
    }

    /// The graph after every pass.
    public static func run(_ graph: Graph) throws -> Graph {
        let stages = try stages(of: graph)
        return stages[stages.count - 1].graph
    }

    /// The names of all stages, `source` first.
    public static let names: [String] = {
        var names = [sourceStage]
        for pass in passes {
            let count = names.count { $0 == pass.name || $0.hasPrefix("\(pass.name)-") }
            names.append(count == 0 ? pass.name : "\(pass.name)-\(count + 1)")
        }
        return names
    }()
}
