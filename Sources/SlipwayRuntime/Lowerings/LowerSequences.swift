import SlipwayCore
import SlipwayGraph

extension Lowerings {
    static let jaggedConcat: Lowering = { node, _, planner in
        let (output, lengths) = try node.stepsAndLengths()
        planner.emit(
            try JaggedConcatStep(
                left: node.index("left"), leftLengths: node.index("left_lengths"), right: node.index("right"),
                rightLengths: node.index("right_lengths"), output: output, outputLengths: lengths), node)
    }

    static let jaggedPrepend: Lowering = { node, _, planner in
        let operation = try node.operation(as: JaggedPrepend.self)
        let (output, lengths) = try node.stepsAndLengths()
        planner.emit(
            try JaggedPrependStep(
                prefix: node.operand("prefix")?.index, values: node.index("values"), lengths: node.index("lengths"),
                output: output, outputLengths: lengths, steps: operation.steps), node)
    }

    static let jaggedTail: Lowering = { node, _, planner in
        planner.emit(
            try JaggedTailStep(
                values: node.index("values"), lengths: node.index("lengths"), tail: node.index("tail"),
                output: node.resultIndex()), node)
    }

    static let jaggedTruncate: Lowering = { node, _, planner in
        let operation = try node.operation(as: JaggedTruncate.self)
        let (output, lengths) = try node.stepsAndLengths()
        planner.emit(
            try JaggedTruncateStep(
                values: node.index("values"), lengths: node.index("lengths"), tail: node.index("tail"), output: output,
                outputLengths: lengths, prefix: operation.prefix, limit: operation.limit), node)
    }

    static let jaggedInterleave: Lowering = { node, _, planner in
        let (output, lengths) = try node.stepsAndLengths()
        planner.emit(
            try JaggedInterleaveStep(
                a: node.index("a"), b: node.index("b"), lengths: node.index("lengths"), tail: node.index("tail"),
                output: output, outputLengths: lengths), node)
    }

    static let jaggedReverse: Lowering = { node, _, planner in
        planner.emit(
            try JaggedReverseStep(
                values: node.index("values"), lengths: node.index("lengths"), output: node.resultIndex()), node)
    }

    static let jaggedMatmul: Lowering = { node, _, planner in
        planner.emit(
            try JaggedMatmulStep(
                values: node.index("values"), lengths: node.index("lengths"), weights: node.index("weights"),
                output: node.resultIndex()), node)
    }

    static let rowExpand: Lowering = { node, _, planner in
        planner.emit(
            try RowExpandStep(row: node.index("row"), like: node.index("like"), output: node.resultIndex()), node)
    }

    static let hstuAttention: Lowering = { node, _, planner in
        let operation = try node.operation(as: HSTUAttention.self)
        planner.emit(
            try HSTUAttentionStep(
                blocks: AttentionBlocks(node, heads: operation.heads), tail: node.index("tail"), operation: operation),
            node)
    }

    static let positionEncoding: Lowering = { node, _, planner in
        let operation = try node.operation(as: PositionEncoding.self)
        planner.emit(
            try PositionEncodingStep(
                values: node.index("values"), lengths: node.index("lengths"), tail: node.index("tail"),
                table: node.index("table"), output: node.resultIndex(), scale: Float(operation.scale)), node)
    }

    static let timePositionEncoding: Lowering = { node, _, planner in
        let operation = try node.operation(as: TimePositionEncoding.self)
        planner.emit(
            try TimePositionEncodingStep(
                values: node.index("values"), lengths: node.index("lengths"), tail: node.index("tail"),
                positions: node.index("positions"), times: node.index("times"), timestamps: node.index("timestamps"),
                anchor: node.operand("anchor")?.index, output: node.resultIndex(), operation: operation), node)
    }

    static let actionEmbedding: Lowering = { node, _, planner in
        let operation = try node.operation(as: ActionEmbedding.self)
        planner.emit(
            try ActionEmbeddingStep(
                actions: node.index("actions"), watchTimes: node.operand("watch_times")?.index,
                masks: node.index("masks"), table: node.index("table"), output: node.resultIndex(), operation: operation
            ), node)
    }

    static let timePeriods: Lowering = { node, _, planner in
        planner.emit(
            try TimePeriodsStep(
                timestamps: node.index("timestamps"), units: node.index("units"), counts: node.index("counts"),
                output: node.resultIndex()), node)
    }
}

extension Node {
    /// Positions of the two results of an op that gives steps and their lengths.
    fileprivate func stepsAndLengths() throws -> (steps: Int, lengths: Int) {
        guard results.count == 2 else { throw Planner.missing("results") }
        return (results[0].index, results[1].index)
    }
}
