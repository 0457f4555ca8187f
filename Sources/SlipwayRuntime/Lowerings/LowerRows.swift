import SlipwayCore
import SlipwayGraph

extension Lowerings {
    static let softmax: Lowering = { node, _, planner in
        let input = try node.value("input")
        guard planner.graph.type(input).rank >= 2 else { return try planner.fallBack(node) }
        planner.emit(try SoftmaxStep(input: input.index, output: node.resultIndex()), node)
    }

    static let layerNorm: Lowering = { node, _, planner in
        let operation = try node.operation(as: LayerNorm.self)
        let input = try node.value("input"), result = try node.result()
        var vectors: [UnsafePointer<Float>?] = []
        for role in ["gamma", "beta"] {
            guard let value = node.operand(role) else {
                vectors.append(nil)
                continue
            }
            guard let tensor = try planner.weight(value) else { return try planner.fallBack(node) }
            vectors.append(planner.weights.store(tensor.floats))
        }
        guard planner.graph.type(input).rank >= 2 else { return try planner.fallBack(node) }
        planner.emit(
            LayerNormStep(
                input: input.index, output: result.index, gamma: vectors[0], beta: vectors[1],
                epsilon: Float(operation.epsilon)),
            node, reads: [input], writes: [result])
    }

    static let reduce: Lowering = { node, _, planner in
        let operation = try node.operation(as: Reduce.self)
        planner.emit(
            try ReduceStep(
                input: node.index("input"), output: node.resultIndex(), axis: operation.axis,
                function: operation.function), node)
    }
}
