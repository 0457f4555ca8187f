import SlipwayCore
import SlipwayGraph

extension Lowerings {
    static let concat: Lowering = { node, _, planner in
        let operation = try node.operation(as: Concat.self)
        let inputs = node.operands("input"), result = try node.result()
        var offset = 0
        var isCopied: [Bool] = []
        for input in inputs {
            isCopied.append(!planner.isInPlace(input, of: result, offset))
            // Sizes that overflow have no run: the frame refuses the shape.
            offset &+= planner.graph.type(input).dimensions.dropFirst().compactMap(\.size).reduce(1, &*)
        }
        // The result has its place as soon as a part of it is written.
        guard isCopied.contains(true) else { return }
        planner.emit(
            ConcatStep(
                axis: operation.axis, inputs: inputs.map(\.index), isCopied: isCopied, output: result.index), node)
    }

    static let reshape: Lowering = { node, _, planner in
        let input = try node.value("input"), result = try node.result()
        planner.mayAlias(result, input)
        planner.emit(ViewStep(input: input.index, output: result.index), node)
    }

    static let slice: Lowering = { node, _, planner in
        let operation = try node.operation(as: Slice.self)
        let input = try node.value("input"), result = try node.result()
        let type = planner.graph.type(input)
        let tail = type.dimensions.dropFirst(operation.axis + 1).map(\.size)
        guard operation.axis <= 1, tail.allSatisfy({ $0 != nil }) else {
            guard type.dtype == .f32 else { return try planner.fallBack(node) }
            return planner.emit(
                SliceCopyStep(
                    input: input.index, output: result.index, axis: operation.axis, start: operation.start), node)
        }
        planner.mayAlias(result, input)
        let offset = operation.start &* tail.compactMap { $0 }.reduce(1, &*)
        planner.emit(
            ViewStep(
                input: input.index, output: result.index, columnOffset: operation.axis == 1 ? offset : 0,
                rowOffset: operation.axis == 0 ? operation.start : 0),
            node)
    }

    static let transpose: Lowering = { node, _, planner in
        let operation = try node.operation(as: Transpose.self)
        planner.emit(
            try TransposeStep(
                input: node.index("input"), output: node.resultIndex(), permutation: operation.permutation), node)
    }
}
