import SlipwayCore
public import SlipwayGraph

/// Moves tiles behind every step that gives the same for each candidate of a request, so that the step runs once a request.
///
/// Goes through the graph once. A value that repeats user rows is not repeated before a step needs it next to a value of the
/// item side; a step whose operands all are such values runs on the user rows.
public enum SinkTile: GraphPass {
    public static let name = "sink-tile"
    public static let summary = "repeat user rows for candidates as late as possible"
    public static let rounding: String? = nil

    public static func run(_ graph: Graph) throws -> PassResult {
        guard graph.nodes.contains(where: { $0.operation is Tile || $0.operation is JaggedTile }) else {
            return PassResult(graph: graph, patches: [])
        }
        var pass = TileSinking(try GraphRewrite(graph))
        for node in graph.nodes { try pass.visit(node) }
        return try pass.finish()
    }
}

/// The walk of `SinkTile`.
private struct TileSinking {
    /// A value that is the same for every candidate of a request.
    private struct Repeated {
        let user: ValueID
        let count: ValueID
        /// Of a sequence: its lengths, [U].
        let lengths: ValueID?
    }

    private var rewrite: GraphRewrite
    private var repeated: [Repeated?]
    private var isTiled: [Bool]

    init(_ rewrite: GraphRewrite) {
        self.rewrite = rewrite
        repeated = Array(repeating: nil, count: rewrite.source.values.count)
        isTiled = Array(repeating: false, count: rewrite.source.values.count)
    }

    mutating func visit(_ node: Node) throws {
        if node.operation is Tile || node.operation is JaggedTile, let count = node.operand("count"),
            let rows = node.operand("rows") ?? node.operand("values"), let result = node.results.first
        {
            repeated[result.index] = Repeated(
                user: try rewrite.value(rows), count: try rewrite.value(count),
                lengths: try node.operand("lengths").map { try rewrite.value($0) })
            return
        }
        if try sink(node) { return }
        for operand in node.operands { try tile(operand.value, for: node) }
        try rewrite.copy(node)
    }

    mutating func finish() throws -> PassResult {
        let graph = rewrite.source
        let last = graph.nodes[graph.nodes.count - 1]
        for output in graph.outputs { try tile(output.value, for: last) }
        return try rewrite.finish()
    }

    /// Runs `node` on the user rows of its operands. False when it cannot.
    private mutating func sink(_ node: Node) throws -> Bool {
        let graph = rewrite.source, kind = type(of: node.operation)
        guard kind.commutesWithTile else { return false }
        let varying = node.operands.filter { graph.type($0.value).dimensions.contains { $0.size == nil } }
        let forms = varying.compactMap { repeated[$0.value.index] }
        guard let first = forms.first, forms.count == varying.count, forms.allSatisfy({ $0.count == first.count })
        else { return false }
        let operands = try node.operands.map { operand in
            Operand(operand.role, try repeated[operand.value.index]?.user ?? rewrite.value(operand.value))
        }
        let operation = try Self.onUserSide(node, graph)
        let types = try operation.resultTypes(OperandTypes(operands.map { ($0.role, rewrite.type($0.value)) }))
        var lengths: [ValueID?] = []
        for (result, type) in zip(node.results, types) {
            guard type.side == .user, let leading = type.dimensions.first, leading.size == nil else { return false }
            guard leading != .user else {
                lengths.append(nil)
                continue
            }
            guard type.dtype == .f32, type.rank == 2, let own = resultLengths(of: node, result) else { return false }
            lengths.append(own)
        }
        let results = try rewrite.addAll(operation, operands, in: node)
        for (index, result) in node.results.enumerated() {
            repeated[result.index] = Repeated(user: results[index], count: first.count, lengths: lengths[index])
        }
        rewrite.note("once a request: \(node.operationName)", in: node)
        return true
    }

    /// The lengths of a jagged result: those of an operand that is as long, or of the operand that the op names.
    private func resultLengths(of node: Node, _ result: ValueID) -> ValueID? {
        let graph = rewrite.source, leading = graph.type(result).dimensions.first
        for operand in node.operands where graph.type(operand.value).dimensions.first == leading {
            if let lengths = repeated[operand.value.index]?.lengths { return lengths }
        }
        guard let role = type(of: node.operation).lengthsOfResult, let operand = node.operand(role) else { return nil }
        return repeated[operand.index]?.user
    }

    /// The op for the user side: a symbol for rows that it makes must not be that of the candidates' rows.
    private static func onUserSide(_ node: Node, _ graph: Graph) throws -> any Operation {
        guard case .string(let symbol)? = node.operation.attributes.entries["symbol"], let result = node.results.first,
            graph.type(result).dimensions.first == .symbol(symbol)
        else { return node.operation }
        var attributes = node.operation.attributes.entries
        attributes["symbol"] = .string("U:\(symbol)")
        return try OperationCatalogue.make(node.operationName, Attributes(attributes))
    }

    /// Repeats `value` for the candidates, if it has not been yet.
    private mutating func tile(_ value: ValueID, for node: Node) throws {
        guard let form = repeated[value.index], !isTiled[value.index] else { return }
        isTiled[value.index] = true
        var operands = [Operand("count", form.count)]
        let operation: any Operation
        if let lengths = form.lengths {
            guard let leading = rewrite.source.type(value).dimensions.first else { return }
            operation = JaggedTile(symbol: leading.description)
            operands = [Operand("values", form.user), Operand("lengths", lengths)] + operands
        } else {
            operation = Tile()
            operands = [Operand("rows", form.user)] + operands
        }
        rewrite.replace(value, by: try rewrite.add(operation, operands, in: node))
    }
}
