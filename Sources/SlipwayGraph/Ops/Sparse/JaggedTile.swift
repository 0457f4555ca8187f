public import SlipwayCore

/// A request's jagged rows repeated for every candidate: `tile` for sequences.
public struct JaggedTile: SymbolOperation {
    public static let name = "jagged_tile"
    public static let movesOnly = true
    public static let spec = OperationSpec(
        "for each request u: its lengths[u] rows of values, count[u] times over",
        operands: [("values", .one), ("lengths", .one), ("count", .one)],
        constraints: [
            "values are f32 [n, D] on the user side", "lengths are i32 [U] on the user side", "count is i32 [U]",
        ])

    /// Symbol of the result's leading dimension.
    public let symbol: String

    public init(symbol: String) { self.symbol = symbol }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let values = try operands("values"), lengths = try operands("lengths"), count = try operands("count")
        guard values.rank == 2, values.dtype == .f32, values.side == .user else {
            throw Self.violates(1, "values are \(values)")
        }
        guard lengths.dtype == .i32, lengths.dimensions == [.user], lengths.side == .user else {
            throw Self.violates(2, "lengths are \(lengths)")
        }
        guard count.dtype == .i32, count.dimensions == [.user] else { throw Self.violates(3, "count is \(count)") }
        return [ValueType(.f32, [.symbol(symbol), values.dimensions[1]])]
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let values = try operands("values"), width = values.rowSize, source = values.floats
        let segments = try Segments(lengths: try operands("lengths").ints, count: values.shape[0], of: Self.name)
        let requests = try Segments(lengths: try operands("count").ints, of: Self.name)
        var result: [Float] = []
        for request in 0..<segments.count {
            let rows = segments[request]
            for _ in requests[request] { result += source[rows.lowerBound * width..<rows.upperBound * width] }
        }
        return [Tensor(shape: [result.count / max(width, 1), width], floats: result)]
    }
}
