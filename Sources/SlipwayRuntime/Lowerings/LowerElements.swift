import SlipwayCore
import SlipwayGraph
import SlipwayKernels

extension Lowerings {
    /// Affine, batch norm and the activations that kernels have, with those that follow.
    static let pointwise: Lowering = { node, _, planner in
        let input = try node.value("input")
        let type = planner.graph.type(input)
        guard type.rank >= 2, let columns = type.dimensions.last?.size else { return try planner.fallBack(node) }
        var chain = ColumnChain(columns: columns)
        guard try chain.append(node, of: input, weight: { try planner.weight($0) }) else {
            return try planner.fallBack(node)
        }
        let result = try planner.extend(&chain, from: try node.result())
        planner.emit(
            PointwiseStep(input: input.index, output: result.index, epilogue: chain.epilogue(planner.weights)), node,
            reads: [input], writes: [result])
    }

    static let unary: Lowering = { node, _, planner in
        let operation = try node.operation(as: Unary.self)
        let input = try node.value("input"), result = try node.result()
        if let activation = operation.function.kernel {
            return planner.emit(
                PointwiseStep(
                    input: input.index, output: result.index, epilogue: ColumnEpilogue(activation: activation)),
                node)
        }
        planner.emit(UnaryStep(input: input.index, output: result.index, function: operation.function), node)
    }

    static let binary: Lowering = { node, _, planner in
        let operation = try node.operation(as: Binary.self)
        let result = try node.result()
        let function: BinaryOp
        switch operation.function {
        case .add: function = .add
        case .subtract: function = .subtract
        case .multiply: function = .multiply
        case .divide: function = .divide
        case .maximum: function = .max
        case .minimum: function = .min
        }
        planner.emit(
            try BinaryStep(a: node.index("a"), b: node.index("b"), output: result.index, function: function), node)
    }
}
