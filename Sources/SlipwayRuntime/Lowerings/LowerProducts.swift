import SlipwayCore
import SlipwayGraph
import SlipwayKernels

extension Lowerings {
    static let linear: Lowering = { node, position, planner in
        let input = try node.value("input")
        guard planner.graph.type(input).rank >= 2, let weight = try planner.packedWeight(try node.value("weight"))
        else {
            return try planner.fallBack(node)
        }
        var chain = ColumnChain(columns: weight.outputs)
        if let bias = node.operand("bias") {
            guard let values = try planner.weight(bias) else { return try planner.fallBack(node) }
            chain.add(values.floats)
        }
        let result = try planner.extend(&chain, from: try node.result())
        planner.emit(
            LinearStep(
                input: input.index, output: result.index, weight: weight, epilogue: chain.epilogue(planner.weights)),
            node, reads: [input], writes: [result])
    }

    static let matmul: Lowering = { node, _, planner in
        guard let operation = node.operation as? Matmul else { throw Planner.missing(Matmul.name) }
        let a = try node.value("a"), b = try node.value("b"), result = try node.result()
        // A weight on the right is packed once; it is [N, K] when transposed.
        if let weight = try planner.packedWeight(b, transposed: !operation.transposeB) {
            var chain = ColumnChain(columns: weight.outputs)
            let last = try planner.extend(&chain, from: result)
            return planner.emit(
                LinearStep(
                    input: a.index, output: last.index, weight: weight, epilogue: chain.epilogue(planner.weights)),
                node, reads: [a], writes: [last])
        }
        planner.emit(
            MatmulStep(a: a.index, b: b.index, output: result.index, transposed: operation.transposeB), node)
    }

    static let factorizationMachine: Lowering = { node, _, planner in
        planner.emit(
            FactorizationMachineStep(input: try node.value("input").index, output: try node.result().index), node)
    }

    static let pairwiseDot: Lowering = { node, _, planner in
        planner.emit(PairwiseDotStep(input: try node.value("input").index, output: try node.result().index), node)
    }
}
