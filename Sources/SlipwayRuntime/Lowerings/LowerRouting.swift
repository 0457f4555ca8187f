import SlipwayCore
import SlipwayGraph
import SlipwayKernels

extension Lowerings {
    static let windowMean: Lowering = { node, _, planner in
        let operation = try node.operation(as: WindowMean.self)
        planner.emit(
            try WindowMeanStep(
                values: node.index("values"), lengths: node.index("lengths"), output: node.resultIndex(),
                windows: operation.windows), node)
    }

    static let capsuleRouting: Lowering = { node, _, planner in
        guard let operation = node.operation as? CapsuleRouting, node.results.count == 2 else {
            throw Planner.missing(CapsuleRouting.name)
        }
        planner.emit(
            try CapsuleRoutingStep(
                steps: node.index("steps"), lengths: node.index("lengths"), history: node.index("history"),
                initial: node.operand("initial")?.index, capsules: node.results[0].index, mask: node.results[1].index,
                routing: operation), node)
    }

    static let residualQuantize: Lowering = { node, _, planner in
        let operation = try node.operation(as: ResidualQuantize.self)
        var books: [Codebook] = []
        for operand in node.operands where operand.role == "codebook" {
            guard let tensor = try planner.weight(operand.value) else { return try planner.fallBack(node) }
            books.append(try planner.codebook(tensor, operation.distance))
        }
        let input = try node.value("input")
        planner.emit(
            ResidualQuantizeStep(
                input: input.index, outputs: node.results.map(\.index), books: books, quantize: operation),
            node, reads: [input], writes: node.results)
    }
}

extension Planner {
    /// The rows of a codebook, stored and packed.
    fileprivate func codebook(_ tensor: Tensor, _ distance: ResidualQuantize.Distance) throws -> Codebook {
        let count = tensor.shape[0], width = tensor.shape[1], isCosine = distance == .cosine
        let floats = tensor.floats
        var factors = floats, sizes: [Double] = []
        for row in 0..<count {
            let range = row * width..<(row + 1) * width
            let squares = floats[range].reduce(0) { $0 + Double($1) * Double($1) }
            sizes.append(isCosine ? squares.squareRoot() : squares)
            guard isCosine else { continue }
            let length = max(squares.squareRoot(), 1e-12)
            for index in range { factors[index] = Float(Double(floats[index]) / length) }
        }
        let packed = try factors.withUnsafeBufferPointer {
            try PackedWeights(MatrixView($0.baseAddress, rows: count, columns: width))
        }
        let largest = isCosine ? 1 : (sizes.max() ?? 0).squareRoot()
        return Codebook(
            values: weights.store(floats), packed: packed, count: count, width: width, isCosine: isCosine, sizes: sizes,
            largest: largest)
    }
}
