public import SlipwayCore

/// The steps of two sequences of the same lengths in turn, but for a tail, of which only the first's stay.
public struct JaggedInterleave: SymbolOperation {
    public static let name = "jagged_interleave"
    public static let movesOnly = true
    public static let spec = OperationSpec(
        "row b of y is a[i], b[i] for each step i of row b but the last tail[b], then a[i] for these; results: y and its "
            + "lengths",
        operands: [("a", .one), ("b", .one), ("lengths", .one), ("tail", .one)],
        constraints: [
            "a is f32 [n, D]", "b has the dimensions of a", "lengths are i32 [B]",
            "tail is i32 [B], none above its row's length",
        ])

    /// Symbol of the result's leading dimension.
    public let symbol: String

    public init(symbol: String) { self.symbol = symbol }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        guard let a = try operands.steps("a") else { throw Self.violates(1, "a is \(try operands("a"))") }
        guard let b = try operands.steps("b"), b.dimensions == a.dimensions else {
            throw Self.violates(2, "b is \(try operands("b")), a is \(a)")
        }
        let lengths = try Self.lengths(operands, constraint: 3)
        try Self.checkTail(operands, of: lengths, constraint: 4)
        return Self.rows(
            of: a, over: symbol, lengths: lengths, side: operands.side("a", "b", "lengths", "tail"))
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let a = try operands("a"), b = try operands("b"), segments = try operands.segments("lengths", of: "a")
        let tails = try operands.tails("tail", within: segments)
        let values = (0..<segments.count).flatMap { row in
            segments[row].dropLast(tails[row]).flatMap { a.steps([$0]) + b.steps([$0]) }
                + a.steps(segments[row].suffix(tails[row]))
        }
        return [
            Tensor(shape: [2 * segments.total - tails.reduce(0, +), a.rowSize], floats: values),
            .lengths((0..<segments.count).map { 2 * segments[$0].count - tails[$0] }),
        ]
    }
}
