public import SlipwayCore

/// One row, as often as another value has rows.
public struct RowExpand: Operation {
    public static let name = "row_expand"
    public static let movesOnly = true
    public static let spec = OperationSpec(
        "y[i] = row[0] for every index i of the first dimension of like",
        operands: [("row", .one), ("like", .one)],
        constraints: ["row is f32 [1, D]", "like has a first dimension"])

    public init() {}
    public init(attributes: Attributes) throws {}

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        guard let row = try operands.steps("row"), row.dimensions[0] == .fixed(1) else {
            throw Self.violates(1, "row is \(try operands("row"))")
        }
        let like = try operands("like")
        guard let count = like.dimensions.first else { throw Self.violates(2, "like is \(like)") }
        return [ValueType(.f32, [count, row.dimensions[1]], side: operands.varyingSide("row", "like"))]
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let row = try operands("row").floats, count = try operands("like").shape[0]
        return [Tensor(shape: [count, row.count], floats: (0..<count).flatMap { _ in row })]
    }
}
