public import SlipwayGraph

/// Sums weighted steps without making the products, and without repeating a request's steps for its candidates.
public enum FoldWeightedSum: GraphPass {
    public static let name = "fold-weighted-sum"
    public static let summary = "sum weighted steps without storing them"
    public static let rounding: String? = "products are not rounded before they are added: the sum is at least as exact"

    public static func run(_ graph: Graph) throws -> PassResult {
        let uses = GraphUses(graph)
        var rewrite = try GraphRewrite(graph)
        for node in graph.nodes {
            if let (weights, values) = factors(of: node, uses, graph), let lengths = node.operand("lengths"),
                let result = node.results.first
            {
                var operands = [Operand("weights", try rewrite.value(weights))]
                if let request = uses.tiledSequence(values, lengths) {
                    operands += [
                        Operand("values", try rewrite.value(request.values)),
                        Operand("lengths", try rewrite.value(request.lengths)),
                        Operand("count", try rewrite.value(request.count)),
                    ]
                } else {
                    operands += [
                        Operand("values", try rewrite.value(values)), Operand("lengths", try rewrite.value(lengths)),
                    ]
                }
                rewrite.replace(result, by: try rewrite.add(WeightedSum(), operands, in: node))
                rewrite.note("weighted sum", in: node)
            } else {
                try rewrite.copy(node)
            }
        }
        return rewrite.patches.isEmpty ? PassResult(graph: graph, patches: []) : try rewrite.finish()
    }

    /// The weights [n, 1] and the steps [n, D] whose products `node` sums up.
    private static func factors(
        of node: Node, _ uses: GraphUses, _ graph: Graph
    ) -> (weights: ValueID, values: ValueID)? {
        guard let sum = node.operation as? SegmentReduce, sum.mode == .sum, let input = node.operand("values"),
            uses.hasOneReader(input), let product = uses.producer(of: input),
            let binary = product.operation as? Binary, binary.function == .multiply,
            let a = product.operand("a"), let b = product.operand("b")
        else { return nil }
        for (weights, values) in [(a, b), (b, a)] {
            let left = graph.type(weights), right = graph.type(values)
            if left.rank == 2, right.rank == 2, left.dimensions[0] == right.dimensions[0],
                left.dimensions[0].size == nil, left.dimensions[1] == .fixed(1), right.dimensions[1] != .fixed(1)
            {
                return (weights, values)
            }
        }
        return nil
    }
}
