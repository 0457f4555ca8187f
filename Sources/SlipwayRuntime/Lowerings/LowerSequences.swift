import SlipwayCore
import SlipwayGraph

extension Lowerings {
    static let jaggedConcat: Lowering = { node, _, planner in
        let (output, lengths) = try node.stepsAndLengths()
        planner.emit(
            JaggedConcatStep(
                left: try node.value("left").index, leftLengths: try node.value("left_lengths").index,
                right: try node.value("right").index, rightLengths: try node.value("right_lengths").index,
                output: output, outputLengths: lengths),
            node)
    }

    static let jaggedPrepend: Lowering = { node, _, planner in
        guard let operation = node.operation as? JaggedPrepend else { throw Planner.missing(JaggedPrepend.name) }
        let (output, lengths) = try node.stepsAndLengths()
        planner.emit(
            JaggedPrependStep(
                prefix: node.operand("prefix")?.index, values: try node.value("values").index,
                lengths: try node.value("lengths").index, output: output, outputLengths: lengths,
                steps: operation.steps),
            node)
    }

    static let jaggedTail: Lowering = { node, _, planner in
        planner.emit(
            JaggedTailStep(
                values: try node.value("values").index, lengths: try node.value("lengths").index,
                tail: try node.value("tail").index, output: try node.result().index),
            node)
    }

    static let jaggedTruncate: Lowering = { node, _, planner in
        guard let operation = node.operation as? JaggedTruncate else { throw Planner.missing(JaggedTruncate.name) }
        let (output, lengths) = try node.stepsAndLengths()
        planner.emit(
            JaggedTruncateStep(
                values: try node.value("values").index, lengths: try node.value("lengths").index,
                tail: try node.value("tail").index, output: output, outputLengths: lengths, prefix: operation.prefix,
                limit: operation.limit),
            node)
    }

    static let jaggedInterleave: Lowering = { node, _, planner in
        let (output, lengths) = try node.stepsAndLengths()
        planner.emit(
            JaggedInterleaveStep(
                a: try node.value("a").index, b: try node.value("b").index, lengths: try node.value("lengths").index,
                tail: try node.value("tail").index, output: output, outputLengths: lengths),
            node)
    }

    static let jaggedReverse: Lowering = { node, _, planner in
        planner.emit(
            JaggedReverseStep(
                values: try node.value("values").index, lengths: try node.value("lengths").index,
                output: try node.result().index),
            node)
    }

    static let jaggedMatmul: Lowering = { node, _, planner in
        planner.emit(
            JaggedMatmulStep(
                values: try node.value("values").index, lengths: try node.value("lengths").index,
                weights: try node.value("weights").index, output: try node.result().index),
            node)
    }

    static let rowExpand: Lowering = { node, _, planner in
        planner.emit(
            RowExpandStep(
                row: try node.value("row").index, like: try node.value("like").index,
                output: try node.result().index),
            node)
    }

    static let hstuAttention: Lowering = { node, _, planner in
        guard let operation = node.operation as? HSTUAttention else { throw Planner.missing(HSTUAttention.name) }
        planner.emit(
            HSTUAttentionStep(
                blocks: try AttentionBlocks(node, heads: operation.heads), tail: try node.value("tail").index,
                operation: operation),
            node)
    }

    static let positionEncoding: Lowering = { node, _, planner in
        guard let operation = node.operation as? PositionEncoding else { throw Planner.missing(PositionEncoding.name) }
        planner.emit(
            PositionEncodingStep(
                values: try node.value("values").index, lengths: try node.value("lengths").index,
                tail: try node.value("tail").index, table: try node.value("table").index,
                output: try node.result().index, scale: Float(operation.scale)),
            node)
    }

    static let timePositionEncoding: Lowering = { node, _, planner in
        guard let operation = node.operation as? TimePositionEncoding else {
            throw Planner.missing(TimePositionEncoding.name)
        }
        planner.emit(
            TimePositionEncodingStep(
                values: try node.value("values").index, lengths: try node.value("lengths").index,
                tail: try node.value("tail").index, positions: try node.value("positions").index,
                times: try node.value("times").index, timestamps: try node.value("timestamps").index,
                anchor: node.operand("anchor")?.index, output: try node.result().index, operation: operation),
            node)
    }

    static let actionEmbedding: Lowering = { node, _, planner in
        guard let operation = node.operation as? ActionEmbedding else { throw Planner.missing(ActionEmbedding.name) }
        planner.emit(
            ActionEmbeddingStep(
                actions: try node.value("actions").index, watchTimes: node.operand("watch_times")?.index,
                masks: try node.value("masks").index, table: try node.value("table").index,
                output: try node.result().index, operation: operation),
            node)
    }

    static let timePeriods: Lowering = { node, _, planner in
        planner.emit(
            TimePeriodsStep(
                timestamps: try node.value("timestamps").index, units: try node.value("units").index,
                counts: try node.value("counts").index, output: try node.result().index),
            node)
    }
}

extension Node {
    /// Positions of the two results of an op that gives steps and their lengths.
    fileprivate func stepsAndLengths() throws -> (steps: Int, lengths: Int) {
        guard results.count == 2 else { throw Planner.missing("results") }
        return (results[0].index, results[1].index)
    }
}
