package import SlipwayCore
package import SlipwayGraph

// Short words for building graphs.
extension GraphBuilder {
    package mutating func rows(_ name: String, _ width: Int, side: Side = .item) throws -> ValueID {
        try input("\(name).values", ValueType(.f32, [side == .user ? .user : .batch, .fixed(width)], side: side))
    }

    package mutating func sequence(
        _ name: String, _ width: Int, side: Side = .item
    ) throws -> (values: ValueID, lengths: ValueID) {
        let rows = side == .user ? Dimension.user : .batch
        let lengths = try input("\(name).lengths", ValueType(.i32, [rows], side: side))
        let type = ValueType(.f32, [.symbol("S:\(name)"), .fixed(width)], side: side)
        return (try input("\(name).values", type), lengths)
    }

    /// Candidates of each request.
    package mutating func counts() throws -> ValueID {
        try input("batch_size", ValueType(.i32, [.user], side: .user))
    }

    /// The attention layer `name` of a query over a sequence; with `counts` a request's.
    package mutating func attentionLayer(
        _ name: String, query: ValueID, _ steps: (values: ValueID, lengths: ValueID), counts: ValueID? = nil,
        outputs: Int
    ) throws -> ValueID {
        let narrow = try width(query)
        var operands = [
            Operand("query", query), Operand("sequence", steps.values), Operand("lengths", steps.lengths),
            Operand("query_weight", try parameter("\(name).q", shape: [outputs, narrow])),
            Operand("step_weight", try parameter("\(name).s", shape: [outputs, try width(steps.values)])),
            Operand("product_weight", try parameter("\(name).p", shape: [outputs, narrow])),
            Operand("bias", try parameter("\(name).b", shape: [outputs])),
        ]
        if let counts { operands.append(Operand("count", counts)) }
        let symbol = counts == nil ? type(steps.values).dimensions[0].description : "S:\(name):B"
        return try add(AttentionLayer(symbol: symbol), operands)
    }

    package mutating func ids(_ name: String) throws -> (values: ValueID, lengths: ValueID) {
        let lengths = try input("\(name).lengths", ValueType(.i32, [.batch]))
        return (try input("\(name).values", ValueType(.i64, [.symbol("N:\(name)")])), lengths)
    }

    package mutating func apply(_ operation: some SlipwayGraph.Operation, _ input: ValueID, _ others: [Operand] = [])
        throws
        -> ValueID
    {
        try add(operation, [Operand("input", input)] + others)
    }

    package mutating func linear(_ name: String, _ input: ValueID, _ outputs: Int, bias: Bool = true) throws -> ValueID
    {
        let weight = try parameter("\(name).weight", shape: [outputs, try width(input)])
        var others = [Operand("weight", weight)]
        if bias { others.append(Operand("bias", try parameter("\(name).bias", shape: [outputs]))) }
        return try apply(Linear(), input, others)
    }

    package mutating func batchNorm(_ name: String, _ input: ValueID) throws -> ValueID {
        let size = try width(input)
        return try apply(
            BatchNorm(), input,
            try ["mean", "variance", "gamma", "beta"].map { Operand($0, try parameter("\(name).\($0)", shape: [size])) }
        )
    }

    package mutating func dice(_ name: String, _ input: ValueID) throws -> ValueID {
        let size = try width(input)
        return try apply(
            Dice(), input,
            try ["mean", "variance", "alpha"].map { Operand($0, try parameter("\(name).\($0)", shape: [size])) })
    }

    package mutating func bag(
        _ feature: String, _ dtype: DType = .f32, width: Int = 8, mode: PoolingMode = .sum, weighted: Bool = false
    ) throws -> ValueID {
        let jagged = try ids(feature)
        let table = try table("\(feature).table", rows: 7, width: width, dtype: dtype)
        var operands = [Operand("table", table), Operand("ids", jagged.values), Operand("lengths", jagged.lengths)]
        if weighted {
            operands.append(
                Operand("weights", try input("\(feature).weights", ValueType(.f32, [.symbol("N:\(feature)")]))))
        }
        return try add(EmbeddingBag(mode: mode, feature: feature), operands)
    }

    package mutating func lookup(_ feature: String, _ dtype: DType = .f32, width: Int = 8) throws -> (
        values: ValueID, lengths: ValueID
    ) {
        let jagged = try ids(feature)
        let table = try table("\(feature).table", rows: 7, width: width, dtype: dtype)
        return (
            try add(EmbeddingLookup(feature: feature), [Operand("table", table), Operand("ids", jagged.values)]),
            jagged.lengths
        )
    }

    package mutating func concat(_ inputs: [ValueID], axis: Int = 1) throws -> ValueID {
        try add(Concat(axis: axis), inputs.map { Operand("input", $0) })
    }

    package mutating func align(_ values: ValueID, _ lengths: ValueID, to target: ValueID, _ symbol: String) throws
        -> ValueID
    {
        try add(
            JaggedAlign(symbol: symbol),
            [Operand("values", values), Operand("lengths", lengths), Operand("target", target)])
    }

    package mutating func binary(_ function: Binary.Function, _ a: ValueID, _ b: ValueID) throws -> ValueID {
        try add(Binary(function), [Operand("a", a), Operand("b", b)])
    }

    package mutating func matmul(_ a: ValueID, _ b: ValueID, transposeB: Bool = false) throws -> ValueID {
        try add(Matmul(transposeB: transposeB), [Operand("a", a), Operand("b", b)])
    }
}

/// A graph from a function that adds its steps and outputs.
package func makeGraph(_ body: (inout GraphBuilder) throws -> Void) throws -> Graph {
    var builder = GraphBuilder(name: "test")
    try body(&builder)
    return try builder.build()
}
