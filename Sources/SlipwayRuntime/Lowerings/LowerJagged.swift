import SlipwayCore
import SlipwayGraph

extension Lowerings {
    static let clampLengths: Lowering = { node, _, planner in
        let clamp = try node.operation(as: ClampLengths.self)
        planner.emit(
            try ClampLengthsStep(
                input: node.index("lengths"), output: node.resultIndex(), maximum: Int32(clamping: clamp.maximum)), node
        )
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
            try RepeatRowsStep(rows: node.index("rows"), counts: node.index("lengths"), output: node.resultIndex()),
            node)
    }

    static let jaggedTile: Lowering = { node, _, planner in
        planner.emit(
            try JaggedTileStep(
                values: node.index("values"), lengths: node.index("lengths"), count: node.index("count"),
                output: node.resultIndex()), node)
    }

    static let tile: Lowering = { node, _, planner in
        // The product that it is added to reads the rows where they are.
        if planner.isAddend(try node.result()) { return }
        planner.mayAlias(try node.result(), try node.value("rows"))
        planner.emit(
            try RepeatRowsStep(rows: node.index("rows"), counts: node.index("count"), output: node.resultIndex()), node)
    }

    static let jaggedSoftmax: Lowering = { node, _, planner in
        planner.emit(
            try JaggedSoftmaxStep(
                values: node.index("values"), lengths: node.index("lengths"), output: node.resultIndex()), node)
    }

    static let jaggedToPadded: Lowering = { node, _, planner in
        let operation = try node.operation(as: JaggedToPadded.self)
        planner.emit(
            try JaggedToPaddedStep(
                values: node.index("values"), lengths: node.index("lengths"), output: node.resultIndex(),
                maximum: operation.maximum), node)
    }

    static let paddedToJagged: Lowering = { node, _, planner in
        planner.emit(
            try PaddedToJaggedStep(
                padded: node.index("padded"), lengths: node.index("lengths"), output: node.resultIndex()), node)
    }

    static let segmentReduce: Lowering = { node, _, planner in
        let operation = try node.operation(as: SegmentReduce.self)
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
