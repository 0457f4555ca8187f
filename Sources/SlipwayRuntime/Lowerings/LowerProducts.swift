import SlipwayCore
import SlipwayGraph
import SlipwayKernels

extension Lowerings {
    static let linear: Lowering = { node, position, planner in
        let input = try node.value("input")
        guard planner.graph.type(input).rank >= 2, let weight = try planner.layerWeight(try node.value("weight"))
        else {
            return try planner.fallBack(node)
        }
        var chain = ColumnChain(columns: weight.outputs)
        if let bias = node.operand("bias") {
            guard let values = try planner.weight(bias) else { return try planner.fallBack(node) }
            chain.add(values.floats)
        }
        var product = try node.result()
        var addend: LinearStep.Addend?
        var reads = [input]
        if let (sum, other) = try planner.addition(to: product, before: position) {
            product = sum
            addend = planner.isAddend(other) ? try planner.tiledRows(other) : .init(rows: other.index, count: nil)
            reads += [ValueID(addend?.rows ?? other.index)] + (addend?.count.map { [ValueID($0)] } ?? [])
        }
        let result = try planner.extend(&chain, from: product)
        planner.emit(
            LinearStep(
                input: input.index, output: result.index, weight: weight, epilogue: chain.epilogue(planner.weights),
                addend: addend),
            node, reads: reads, writes: [result])
    }

    static let matmul: Lowering = { node, _, planner in
        let operation = try node.operation(as: Matmul.self)
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
        planner.emit(try FactorizationMachineStep(input: node.index("input"), output: node.resultIndex()), node)
    }

    static let pairwiseDot: Lowering = { node, _, planner in
        planner.emit(try PairwiseDotStep(input: node.index("input"), output: node.resultIndex()), node)
    }
}

extension Planner {
    /// Where the only reader of a layer's `product` adds a value of the same type that is known before `position`: takes that
    /// reader, and gives the sum and the value.
    fileprivate mutating func addition(
        to product: ValueID, before position: Int
    ) throws -> (sum: ValueID, other: ValueID)? {
        guard let (reader, other) = addend(of: product), (analysis.producer[other.index] ?? -1) < position,
            !isTaken(other)
        else { return nil }
        take(reader)
        return (try graph.nodes[reader].result(), other)
    }

    private func addend(of product: ValueID) -> (reader: Int, other: ValueID)? {
        guard options.fuses, !isPlaced(product), let reader = analysis.onlyReader(of: product) else { return nil }
        let node = graph.nodes[reader]
        guard let binary = node.operation as? Binary, binary.function == .add, let a = node.operand("a"),
            let b = node.operand("b"), a != b, graph.type(a).dimensions == graph.type(b).dimensions,
            graph.type(a).rank == 2
        else { return nil }
        return (reader, a == product ? b : a)
    }

    /// Whether the tile that makes `value` is left out because the only reader adds it to a later layer's product.
    func isAddend(_ value: ValueID) -> Bool {
        guard options.fuses, !isPlaced(value), let position = analysis.producer[value.index],
            graph.nodes[position].operation is Tile, let reader = analysis.onlyReader(of: value)
        else { return false }
        let node = graph.nodes[reader]
        guard let a = node.operand("a"), let b = node.operand("b") else { return false }
        let product = a == value ? b : a
        guard let layer = analysis.producer[product.index], layer > position, graph.nodes[layer].operation is Linear,
            let other = addend(of: product)?.other, isPackable(graph.nodes[layer])
        else { return false }
        return other == value
    }

    /// Whether the lowering of a layer makes a product of it, not a fallback.
    private func isPackable(_ layer: Node) -> Bool {
        ["weight", "bias"].compactMap { layer.operand($0) }.allSatisfy { (try? weight($0)) ?? nil != nil }
            && layer.operand("input").map { graph.type($0).rank >= 2 } == true
    }

    fileprivate func tiledRows(_ value: ValueID) throws -> LinearStep.Addend {
        guard let position = analysis.producer[value.index] else { throw Planner.missing("tile") }
        let node = graph.nodes[position]
        return LinearStep.Addend(rows: try node.index("rows"), count: try node.index("count"))
    }
}
