import SlipwayCore
import SlipwayGraph

extension Lowerings {
    static let clampLengths: Lowering = { node, _, planner in
        guard let clamp = node.operation as? ClampLengths else { throw Planner.missing(ClampLengths.name) }
        planner.emit(
            ClampLengthsStep(
                input: try node.value("lengths").index, output: try node.result().index,
                maximum: Int32(clamping: clamp.maximum)),
            node)
    }

    static let jaggedAlign: Lowering = { node, _, planner in
        let values = try node.value("values"), result = try node.result()
        let lengths = try node.value("lengths"), target = try node.value("target")
        planner.mayAlias(result, values)
        planner.emit(
            JaggedAlignStep(
                values: values.index, lengths: lengths.index, target: target.index, output: result.index),
            node)
    }

    static let jaggedExpand: Lowering = { node, _, planner in
        planner.mayAlias(try node.result(), try node.value("rows"))
        planner.emit(
            RepeatRowsStep(
                rows: try node.value("rows").index, counts: try node.value("lengths").index,
                output: try node.result().index),
            node)
    }

    static let jaggedTile: Lowering = { node, _, planner in
        planner.emit(
            JaggedTileStep(
                values: try node.value("values").index, lengths: try node.value("lengths").index,
                count: try node.value("count").index, output: try node.result().index),
            node)
    }

    static let tile: Lowering = { node, _, planner in
        // The product that it is added to reads the rows where they are.
        if planner.isAddend(try node.result()) { return }
        planner.mayAlias(try node.result(), try node.value("rows"))
        planner.emit(
            RepeatRowsStep(
                rows: try node.value("rows").index, counts: try node.value("count").index,
                output: try node.result().index),
            node)
    }

    static let jaggedSoftmax: Lowering = { node, _, planner in
        planner.emit(
            JaggedSoftmaxStep(
                values: try node.value("values").index, lengths: try node.value("lengths").index,
                output: try node.result().index),
            node)
    }

    static let jaggedToPadded: Lowering = { node, _, planner in
        guard let operation = node.operation as? JaggedToPadded else { throw Planner.missing(JaggedToPadded.name) }
        planner.emit(
            JaggedToPaddedStep(
                values: try node.value("values").index, lengths: try node.value("lengths").index,
                output: try node.result().index, maximum: operation.maximum),
            node)
    }

    static let paddedToJagged: Lowering = { node, _, planner in
        planner.emit(
            PaddedToJaggedStep(
                padded: try node.value("padded").index, lengths: try node.value("lengths").index,
                output: try node.result().index),
            node)
    }

    static let segmentReduce: Lowering = { node, _, planner in
        guard let operation = node.operation as? SegmentReduce else { throw Planner.missing(SegmentReduce.name) }
        let values = try node.value("values"), lengths = try node.value("lengths"), result = try node.result()
        planner.emit(
            SegmentReduceStep(
                values: values.index, lengths: lengths.index, output: result.index, isMean: operation.mode == .mean),
            node)
    }
}

extension Planner {
    /// Before the step that makes `value`: where its only reader aligns it to other lengths that are known by then, has
    /// it made in the result's place when the lengths turn out to be equal.
    mutating func alignAhead(of value: ValueID, before position: Int) throws {
        guard options.fuses, !isPlaced(value), let reader = analysis.onlyReader(of: value) else { return }
        let node = graph.nodes[reader]
        guard node.operation is JaggedAlign, let lengths = node.operand("lengths"), let target = node.operand("target"),
            lengths != target, [lengths, target].allSatisfy({ (analysis.producer[$0.index] ?? -1) < position })
        else { return }
        let result = try node.result()
        mayAlias(value, result)
        emit(
            AlignAheadStep(values: value.index, lengths: lengths.index, target: target.index, output: result.index),
            node,
            reads: [lengths, target], writes: [value, result])
    }
}
