public import SlipwayCore

/// The last steps of every sequence.
public struct JaggedTail: SymbolOperation {
    public static let name = "jagged_tail"
    public static let movesOnly = true
    public static let spec = OperationSpec(
        "row b of y is the last tail[b] steps of row b of values",
        operands: [("values", .one), ("lengths", .one), ("tail", .one)],
        constraints: ["values are f32 [n, D]", "lengths are i32 [B]", "tail is i32 [B], none above its row's length"])

    /// Symbol of the result's leading dimension.
    public let symbol: String

    public init(symbol: String) { self.symbol = symbol }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let (values, lengths) = try Self.rows(operands)
        try Self.checkTail(operands, of: lengths, constraint: 3)
        return [
            ValueType(
                .f32, [.symbol(symbol), values.dimensions[1]], side: operands.side("values", "lengths", "tail"))
        ]
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let values = try operands("values"), segments = try operands.segments("lengths", of: "values")
        let tails = try operands.tails("tail", within: segments)
        let rows = (0..<segments.count).flatMap { values.steps(segments[$0].suffix(tails[$0])) }
        return [Tensor(shape: [tails.reduce(0, +), values.rowSize], floats: rows)]
    }
}
