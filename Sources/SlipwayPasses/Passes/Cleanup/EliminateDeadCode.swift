public import SlipwayGraph

/// Leaves out steps and parameters that no output needs. Inputs stay: they are the model's interface.
public enum EliminateDeadCode: GraphPass {
    public static let name = "eliminate-dead-code"
    public static let summary = "leave out what no output needs"
    public static let rounding: String? = nil

    public static func run(_ graph: Graph) throws -> PassResult {
        var isNeeded = [Bool](repeating: false, count: graph.values.count)
        for output in graph.outputs { isNeeded[output.value.index] = true }
        var live = [Bool](repeating: false, count: graph.nodes.count)
        for (position, node) in graph.nodes.enumerated().reversed()
        where node.results.contains(where: { isNeeded[$0.index] }) {
            live[position] = true
            for operand in node.operands { isNeeded[operand.value.index] = true }
        }
        let dead = graph.parameters.filter { !isNeeded[$0.value.index] }
        guard live.contains(false) || !dead.isEmpty else { return PassResult(graph: graph, patches: []) }
        var rewrite = try GraphRewrite(graph) { isNeeded[$0.value.index] }
        for (position, node) in graph.nodes.enumerated() {
            if live[position] {
                try rewrite.copy(node)
            } else {
                rewrite.note("leave out \(node.operationName)", in: node)
            }
        }
        return try rewrite.finish()
    }
}
