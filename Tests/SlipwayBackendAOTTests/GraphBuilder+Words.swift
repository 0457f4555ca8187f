import SlipwayCore
import SlipwayGraph

// Short words for building graphs.
extension GraphBuilder {
    mutating func rows(_ name: String, _ width: Int, side: Side = .item) throws -> ValueID {
        try input("\(name).values", ValueType(.f32, [side == .user ? .user : .batch, .fixed(width)], side: side))
    }

    mutating func sequence(
        _ name: String, _ width: Int, side: Side = .item
    ) throws -> (values: ValueID, lengths: ValueID) {
        let rows = side == .user ? Dimension.user : .batch
        let lengths = try input("\(name).lengths", ValueType(.i32, [rows], side: side))
        let type = ValueType(.f32, [.symbol("S:\(name)"), .fixed(width)], side: side)
        return (try input("\(name).values", type), lengths)
    }

    mutating func apply(
        _ operation: some SlipwayGraph.Operation, _ input: ValueID, _ others: [Operand] = []
    ) throws -> ValueID {
        try add(operation, [Operand("input", input)] + others)
    }

    mutating func linear(_ name: String, _ input: ValueID, _ outputs: Int, bias: Bool = true) throws -> ValueID {
        var others = [Operand("weight", try parameter("\(name).weight", shape: [outputs, try width(input)]))]
        if bias { others.append(Operand("bias", try parameter("\(name).bias", shape: [outputs]))) }
        return try apply(Linear(), input, others)
    }

    mutating func norm(_ name: String, _ input: ValueID) throws -> ValueID {
        let size = try width(input)
        return try apply(
            BatchNorm(), input,
            try ["mean", "variance", "gamma", "beta"].map { Operand($0, try parameter("\(name).\($0)", shape: [size])) }
        )
    }

    mutating func dice(_ name: String, _ input: ValueID) throws -> ValueID {
        let size = try width(input)
        return try apply(
            Dice(), input,
            try ["mean", "variance", "alpha"].map { Operand($0, try parameter("\(name).\($0)", shape: [size])) })
    }

    mutating func binary(_ function: Binary.Function, _ a: ValueID, _ b: ValueID) throws -> ValueID {
        try add(Binary(function), [Operand("a", a), Operand("b", b)])
    }

    mutating func matmul(_ a: ValueID, _ b: ValueID, transposeB: Bool = false) throws -> ValueID {
        try add(Matmul(transposeB: transposeB), [Operand("a", a), Operand("b", b)])
    }

    mutating func concat(_ inputs: [ValueID], axis: Int = 1) throws -> ValueID {
        try add(Concat(axis: axis), inputs.map { Operand("input", $0) })
    }

    /// The attention layer `name`, over a request's sequence with `count`.
    mutating func attention(
        _ name: String, query: ValueID, _ steps: (values: ValueID, lengths: ValueID), count: ValueID?, outputs: Int
    ) throws -> ValueID {
        let narrow = try width(query)
        var operands = [
            Operand("query", query), Operand("sequence", steps.values), Operand("lengths", steps.lengths),
            Operand("query_weight", try parameter("\(name).q", shape: [outputs, narrow])),
            Operand("step_weight", try parameter("\(name).s", shape: [outputs, try width(steps.values)])),
            Operand("product_weight", try parameter("\(name).p", shape: [outputs, narrow])),
            Operand("bias", try parameter("\(name).b", shape: [outputs])),
        ]
        if let count { operands.append(Operand("count", count)) }
        // All candidates of a request read the same steps.
        let symbol = count == nil ? type(steps.values).dimensions[0].description : "S:tiled"
        return try add(AttentionLayer(symbol: symbol), operands)
    }
}
