import SlipwayCore
import SlipwayGraph
import SlipwayKernels

extension Lowerings {
    static let attentionInput: Lowering = { node, _, planner in
        let result = try node.result()
        if try planner.targetAttention(node) { return }
        planner.emit(
            AttentionInputStep(
                query: try node.value("query").index, sequence: try node.value("sequence").index,
                lengths: try node.value("lengths").index, output: result.index),
            node)
    }
}

extension Planner {
    /// A linear layer with its weights and what follows it column by column.
    private struct Layer {
        let weight: Tensor
        let packed: PackedWeights
        let epilogue: ColumnEpilogue
        let result: ValueID
    }

    /// Takes the linear layer that is the only reader of `value`, and what follows it. nil when there is none.
    private mutating func takeLayer(after value: ValueID) throws -> Layer? {
        guard options.fuses, let reader = analysis.onlyReader(of: value) else { return nil }
        let node = graph.nodes[reader]
        guard node.operation is Linear, node.operand("input") == value, let weightValue = node.operand("weight"),
            let weight = try weight(weightValue), let packed = try packedWeight(weightValue)
        else { return nil }
        var chain = ColumnChain(columns: packed.outputs)
        if let bias = node.operand("bias") {
            guard let values = try self.weight(bias) else { return nil }
            chain.add(values.floats)
        }
        take(reader)
        let result = try extend(&chain, from: try node.result())
        return Layer(weight: weight, packed: packed, epilogue: chain.epilogue(weights), result: result)
    }

    /// Emits target attention's input and the layers over it as one step; false when no layer follows.
    mutating func targetAttention(_ node: Node) throws -> Bool {
        guard let first = try takeLayer(after: try node.result()) else { return false }
        let query = try node.value("query"), sequence = try node.value("sequence"), lengths = try node.value("lengths")
        let narrow = try graph.type(query).width(), width = try graph.type(sequence).width()
        let columns = first.packed.outputs, values = first.weight.floats
        func part(_ index: Int, _ column: Int, _ d: Int) -> Double {
            Double(values[column * 4 * width + index * width + d])
        }
        let queryWeight = (0..<columns * narrow).map { index in
            Float(part(0, index / narrow, index % narrow) + part(2, index / narrow, index % narrow))
        }
        let stepWeight = (0..<width * columns).map { index in
            Float(part(1, index % columns, index / columns) - part(2, index % columns, index / columns))
        }
        let productWeight = (0..<narrow * columns).map { index in Float(part(3, index % columns, index / columns)) }
        var layers: [TargetAttentionStep.Layer] = []
        var result = first.result
        while let next = try takeLayer(after: result) {
            layers.append(TargetAttentionStep.Layer(weight: next.packed, epilogue: next.epilogue))
            result = next.result
        }
        emit(
            TargetAttentionStep(
                query: query.index, sequence: sequence.index, lengths: lengths.index, output: result.index,
                queryWeight: try queryWeight.withUnsafeBufferPointer {
                    try PackedWeights(MatrixView($0.baseAddress, rows: columns, columns: narrow))
                },
                stepWeight: weights.store(stepWeight), productWeight: weights.store(productWeight), width: width,
                epilogue: first.epilogue, layers: layers),
            node, reads: [query, sequence, lengths], writes: [result])
        return true
    }
}
