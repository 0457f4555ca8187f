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
        planner.emit(
            RepeatRowsStep(
                rows: try node.value("rows").index, counts: try node.value("lengths").index,
                output: try node.result().index),
            node)
    }

    static let tile: Lowering = { node, _, planner in
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
        let weighted = planner.weightedRows(values)
        let reads = [weighted?.values ?? values, lengths] + (weighted.map { [$0.weights] } ?? [])
        planner.emit(
            SegmentReduceStep(
                values: (weighted?.values ?? values).index, lengths: lengths.index, weights: weighted?.weights.index,
                output: result.index, isMean: operation.mode == .mean),
            node, reads: reads, writes: [result])
    }
}

extension Planner {
    /// Where `values` was to be the product of a column [n, 1] and rows [n, D] and nobody else reads it: the two.
    ///
    /// `binary` leaves such a product out.
    func weightedRows(_ values: ValueID) -> (weights: ValueID, values: ValueID)? {
        guard options.fuses, let reader = analysis.onlyReader(of: values),
            graph.nodes[reader].operation is SegmentReduce, let position = analysis.producer[values.index],
            let product = graph.nodes[position].operation as? Binary, product.function == .multiply,
            let a = graph.nodes[position].operand("a"), let b = graph.nodes[position].operand("b")
        else { return nil }
        let left = graph.type(a).dimensions, right = graph.type(b).dimensions
        guard left.count == 2, right.count == 2, left[0] == right[0], left[0].size == nil else { return nil }
        if left[1] == .fixed(1) { return (a, b) }
        return right[1] == .fixed(1) ? (b, a) : nil
    }

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
