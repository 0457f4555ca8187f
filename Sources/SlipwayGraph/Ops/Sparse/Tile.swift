public import SlipwayCore

/// One user row per request repeated for every candidate: where the user side becomes the item side.
public struct Tile: Operation {
    public static let name = "tile"
    public static let movesOnly = true
    public static let spec = OperationSpec(
        "y[b] = rows[u] for each of the count candidates of request u",
        operands: [("rows", .one), ("count", .one)],
        constraints: ["rows are on the user side, [U, …]", "count is i32 [U]"])

    public init() {}
    public init(attributes: Attributes) throws {}

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let rows = try operands("rows"), count = try operands("count")
        guard rows.side == .user, rows.dimensions.first == .user else { throw Self.violates(1, "rows are \(rows)") }
        guard count.dtype == .i32, count.dimensions == [.user] else { throw Self.violates(2, "count is \(count)") }
        return [ValueType(rows.dtype, [.batch] + rows.dimensions.dropFirst())]
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let rows = try operands("rows")
        let requests = try Segments(lengths: try operands("count").ints, of: Self.name)
        let width = rows.rowSize
        var shape = rows.shape
        shape[0] = requests.total
        func repeated<T>(_ source: [T]) -> [T] {
            var result: [T] = []
            for row in 0..<requests.count {
                for _ in requests[row] { result += source[row * width..<(row + 1) * width] }
            }
            return result
        }
        switch rows.storage {
        case .float(let values): return [Tensor(shape: shape, floats: repeated(values))]
        case .int(let values): return [Tensor(shape: shape, ints: repeated(values))]
        }
    }
}
