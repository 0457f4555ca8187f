public import SlipwayGraph

/// Computes once what several steps compute alike: the same op with the same attributes on the same values.
public enum EliminateCommonSubexpressions: GraphPass {
    public static let name = "eliminate-common-subexpressions"
    public static let summary = "compute once what several steps compute alike"
    public static let rounding: String? = nil

    private struct Key: Hashable {
        let operation: String
        let attributes: Attributes
        let operands: [Operand]
    }

    public static func run(_ graph: Graph) throws -> PassResult {
        var rewrite = try GraphRewrite(graph)
        var known: [Key: [ValueID]] = [:]
        for node in graph.nodes {
            let key = Key(
                operation: node.operationName, attributes: node.operation.attributes,
                operands: try node.operands.map { Operand($0.role, try rewrite.value($0.value)) })
            if let results = known[key] {
                for (old, new) in zip(node.results, results) { rewrite.replace(old, by: new) }
                rewrite.note("share \(node.operationName)", in: node)
            } else {
                try rewrite.copy(node)
                known[key] = try node.results.map { try rewrite.value($0) }
            }
        }
        return rewrite.patches.isEmpty ? PassResult(graph: graph, patches: []) : try rewrite.finish()
    }
}
