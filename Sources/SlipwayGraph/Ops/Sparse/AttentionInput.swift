public import SlipwayCore

/// What target attention's network reads for every step: the query, the step, their difference and their product.
public struct AttentionInput: Operation {
    public static let name = "attention_input"
    public static let spec = OperationSpec(
        "y[i] = concat(q, s, q − s, q · s) with s = sequence[i] and q the query of i's row, filled up with zeros to D",
        operands: [("query", .one), ("sequence", .one), ("lengths", .one)],
        constraints: [
            "sequence is f32 [n, D] with D fixed", "query is f32 [B, Dq] with Dq fixed and ≤ D", "lengths are i32 [B]",
        ])
    public static let commutesWithTile = true

    public init() {}
    public init(attributes: Attributes) throws {}

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let query = try operands("query"), sequence = try operands("sequence"), lengths = try operands("lengths")
        guard sequence.rank == 2, sequence.dtype == .f32, let width = sequence.dimensions[1].size,
            let resultWidth = CheckedSize.product([4, width])
        else { throw Self.violates(1, "sequence is \(sequence)") }
        guard query.rank == 2, query.dtype == .f32, let queryWidth = query.dimensions[1].size, queryWidth <= width
        else {
            throw Self.violates(2, "query is \(query), sequence is \(sequence)")
        }
        guard lengths.rank == 1, lengths.dtype == .i32, lengths.dimensions[0] == query.dimensions[0] else {
            throw Self.violates(3, "lengths are \(lengths), query is \(query)")
        }
        return [
            ValueType(
                .f32, [sequence.dimensions[0], .fixed(resultWidth)], side: operands.side("query", "sequence", "lengths")
            )
        ]
    }

    /// A difference and a product for every step.
    public func flops(_ sizes: OperationSizes) -> Double {
        2 * sizes.count("sequence")
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let query = try operands("query"), sequence = try operands("sequence")
        let width = sequence.rowSize, queryWidth = query.rowSize
        let segments = try Segments(lengths: try operands("lengths").ints, count: sequence.shape[0], of: Self.name)
        let queries = query.floats, steps = sequence.floats
        var result: [Float] = []
        for row in 0..<segments.count {
            let q = (0..<width).map { $0 < queryWidth ? queries[row * queryWidth + $0] : 0 }
            for index in segments[row] {
                let s = Array(steps[index * width..<(index + 1) * width])
                result += q + s + zip(q, s).map { $0 - $1 } + zip(q, s).map { $0 * $1 }
            }
        }
        return [Tensor(shape: [sequence.shape[0], 4 * width], floats: result)]
    }
}
