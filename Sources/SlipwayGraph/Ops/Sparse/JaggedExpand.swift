public import SlipwayCore

/// Each row repeated once per step of its sequence.
public struct JaggedExpand: SymbolOperation {
    public static let name = "jagged_expand"
    public static let movesOnly = true
    public static let spec = OperationSpec(
        "y[i] = rows[b] for every step i of row b",
        operands: [("rows", .one), ("lengths", .one)],
        constraints: ["rows are f32 [B, D]", "lengths are i32 [B]"])
    public static let commutesWithTile = true
    public static let lengthsOfResult: String? = "lengths"

    /// Symbol of the result's leading dimension.
    public let symbol: String

    public init(symbol: String) { self.symbol = symbol }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let rows = try operands("rows"), lengths = try operands("lengths")
        guard rows.rank == 2, rows.dtype == .f32 else { throw Self.violates(1, "rows are \(rows)") }
        guard lengths.rank == 1, lengths.dtype == .i32, lengths.dimensions[0] == rows.dimensions[0] else {
            throw Self.violates(2, "lengths are \(lengths), rows are \(rows)")
        }
        return [ValueType(.f32, [.symbol(symbol), rows.dimensions[1]], side: operands.side("rows", "lengths"))]
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let rows = try operands("rows")
        let segments = try Segments(lengths: try operands("lengths").ints, of: Self.name)
        let width = rows.rowSize, source = rows.floats
        var result: [Float] = []
        for row in 0..<segments.count {
            for _ in segments[row] { result += source[row * width..<(row + 1) * width] }
        }
        return [Tensor(shape: [segments.total, width], floats: result)]
    }
}
