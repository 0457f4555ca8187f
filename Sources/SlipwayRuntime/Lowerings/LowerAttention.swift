import SlipwayCore
import SlipwayGraph
import SlipwayKernels

extension Lowerings {
    static let jaggedAttention: Lowering = { node, _, planner in
        let operation = try node.operation(as: JaggedAttention.self)
        planner.emit(JaggedAttentionStep(blocks: try AttentionBlocks(node, heads: operation.heads)), node)
    }

    static let attentionInput: Lowering = { node, _, planner in
        planner.emit(
            try AttentionInputStep(
                query: node.index("query"), sequence: node.index("sequence"), lengths: node.index("lengths"),
                output: node.resultIndex()), node)
    }

    /// The layer and those over it as one step.
    static let attentionLayer: Lowering = { node, _, planner in
        guard let queryWeight = try planner.packedWeight(try node.value("query_weight")),
            let stepWeight = try planner.weight(try node.value("step_weight")),
            let productWeight = try planner.weight(try node.value("product_weight"))
        else { return try planner.fallBack(node) }
        var chain = ColumnChain(columns: queryWeight.outputs)
        if let bias = node.operand("bias") {
            guard let values = try planner.weight(bias) else { return try planner.fallBack(node) }
            chain.add(values.floats)
        }
        var result = try planner.extend(&chain, from: try node.result())
        var layers: [TargetAttentionStep.Layer] = []
        while let next = try planner.takeLayer(after: result) {
            layers.append(next.layer)
            result = next.result
        }
        let query = try node.value("query"), sequence = try node.value("sequence"), lengths = try node.value("lengths")
        let count = node.operand("count")
        planner.emit(
            TargetAttentionStep(
                query: query.index, sequence: sequence.index, lengths: lengths.index, count: count?.index,
                output: result.index, queryWeight: queryWeight,
                stepWeight: planner.weights.store(stepWeight.transposed.floats),
                productWeight: planner.weights.store(productWeight.transposed.floats),
                width: try planner.graph.type(sequence).width(), epilogue: chain.epilogue(planner.weights),
                layers: layers,
                reduced: planner.reducedSteps(queryWeight, width: try planner.graph.type(sequence).width())),
            node, reads: [query, sequence, lengths] + (count.map { [$0] } ?? []), writes: [result])
    }

    static let weightedSum: Lowering = { node, _, planner in
        planner.emit(
            try WeightedSumStep(
                weights: node.index("weights"), values: node.index("values"), lengths: node.index("lengths"),
                count: node.operand("count")?.index, output: node.resultIndex()), node)
    }
}

extension AttentionBlocks {
    /// Of the operands and the result of `node`.
    init(_ node: Node, heads: Int) throws {
        try self.init(
            query: node.index("query"), key: node.index("key"), value: node.index("value"),
            lengths: node.index("lengths"), output: node.resultIndex(), heads: heads)
    }
}

extension Planner {
    /// How an attention layer's steps are multiplied in fewer bits; nil where they are not. It is bf16 whatever the weights of
    /// other layers are: the matrix is another for each query, and int8 would want its ranges anew.
    fileprivate func reducedSteps(_ weight: PackedWeights, width: Int) -> ReducedSteps? {
        guard !options.reduced.isEmpty, TargetAttention.isReducible(width: width, outputs: weight.outputs),
            let variant = options.variant(.bf16)
        else { return nil }
        return ReducedSteps(width: width, outputs: weight.outputs, variant: variant)
    }

    /// Takes the linear layer that is the only reader of `value`, and what follows it. nil when there is none.
    fileprivate mutating func takeLayer(
        after value: ValueID
    ) throws -> (layer: TargetAttentionStep.Layer, result: ValueID)? {
        guard options.fuses, let reader = analysis.onlyReader(of: value) else { return nil }
        let node = graph.nodes[reader]
        guard node.operation is Linear, node.operand("input") == value, let weightValue = node.operand("weight"),
            let packed = try layerWeight(weightValue)
        else { return nil }
        var chain = ColumnChain(columns: packed.outputs)
        if let bias = node.operand("bias") {
            guard let values = try weight(bias) else { return nil }
            chain.add(values.floats)
        }
        take(reader)
        let result = try extend(&chain, from: try node.result())
        return (TargetAttentionStep.Layer(weight: packed, epilogue: chain.epilogue(weights)), result)
    }
}
