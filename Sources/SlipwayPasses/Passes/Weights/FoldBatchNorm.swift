import SlipwayCore
public import SlipwayGraph

/// Folds a batch norm into the linear layer before it: W' = s · W, b' = (b − mean) · s + beta with s = gamma / √(variance + ε).
public enum FoldBatchNorm: GraphPass {
    public static let name = "fold-batch-norm"
    public static let summary = "fold batch norm into the layer before it"
    public static let rounding: String? =
        "s is rounded three times and its product with a weight once: at most 2 ulp a weight; no operation is added a row"

    public static func run(_ graph: Graph) throws -> PassResult {
        let uses = GraphUses(graph)
        var layers: [ValueID: Node] = [:]
        for node in graph.nodes where node.operation is BatchNorm {
            guard let input = node.operand("input"), uses.hasOneReader(input), graph.type(input).rank >= 2,
                let layer = uses.producer(of: input), !weightRoles(of: layer).isEmpty
            else { continue }
            layers[input] = node
        }
        guard !layers.isEmpty else { return PassResult(graph: graph, patches: []) }
        var rewrite = try GraphRewrite(graph)
        var done: Set<ValueID> = []
        for node in graph.nodes {
            if let result = node.results.first, let norm = layers[result] {
                try fold(norm, into: node, &rewrite)
                done.formUnion(norm.results)
            } else if !node.results.contains(where: done.contains) {
                try rewrite.copy(node)
            }
        }
        return try rewrite.finish()
    }

    /// The operands of a layer that hold a weight [N, …] of what it computes; none when it is no layer.
    private static func weightRoles(of node: Node) -> [String] {
        if node.operation is Linear { return ["weight"] }
        if node.operation is AttentionLayer { return ["query_weight", "step_weight", "product_weight"] }
        return []
    }

    private static func fold(_ norm: Node, into layer: Node, _ rewrite: inout GraphRewrite) throws {
        guard let operation = norm.operation as? BatchNorm, let mean = norm.operand("mean"),
            let variance = norm.operand("variance"), let result = norm.results.first
        else { throw SlipwayError(.internalFault, "a batch norm lacks an operand") }
        let deviation = try rewrite.add(
            Unary(.sqrt),
            [
                Operand(
                    "input",
                    try rewrite.add(
                        Affine(scale: 1, shift: operation.epsilon), [Operand("input", try rewrite.value(variance))],
                        in: norm))
            ], in: norm)
        let count = try rewrite.type(deviation).width()
        let gamma =
            try norm.operand("gamma").map { try rewrite.value($0) }
            ?? rewrite.parameter(
                "constant.ones_\(count)", shape: [count], source: .constant([Float](repeating: 1, count: count)))
        let scale = try rewrite.binary(.divide, gamma, deviation, in: norm)
        let column = try rewrite.add(Reshape(tail: [1]), [Operand("input", scale)], in: norm)
        let roles = weightRoles(of: layer)
        var operands: [Operand] = []
        for operand in layer.operands where operand.role != "bias" {
            let value = try rewrite.value(operand.value)
            operands.append(
                Operand(
                    operand.role,
                    roles.contains(operand.role) ? try rewrite.binary(.multiply, value, column, in: norm) : value))
        }
        let meanValue = try rewrite.value(mean)
        var shift: ValueID
        if let bias = layer.operand("bias") {
            let centred = try rewrite.binary(.subtract, try rewrite.value(bias), meanValue, in: norm)
            shift = try rewrite.binary(.multiply, centred, scale, in: norm)
        } else {
            shift = try rewrite.add(
                Unary(.negate), [Operand("input", try rewrite.binary(.multiply, meanValue, scale, in: norm))], in: norm)
        }
        if let beta = norm.operand("beta") {
            shift = try rewrite.binary(.add, shift, try rewrite.value(beta), in: norm)
        }
        operands.append(Operand("bias", shift))
        rewrite.replace(result, by: try rewrite.add(layer.operation, operands, in: layer))
        rewrite.note("fold batch_norm into \(layer.operationName)", in: norm)
    }
}
