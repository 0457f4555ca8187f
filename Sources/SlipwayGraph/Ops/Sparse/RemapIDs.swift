public import SlipwayCore

/// Raw ids to rows of a table that holds the ids seen most in training, as torchrec's managed collision modules do.
public struct RemapIDs: Operation {
    public static let name = "remap_ids"
    public static let movesOnly = true
    public static let spec = OperationSpec(
        "y[i] = rows[j] for the first j with keys[j] = ids[i], or Z − 1, the row of all unknown ids",
        operands: [("ids", .one), ("keys", .one), ("rows", .one)],
        constraints: ["ids are i64 [n]", "keys and rows are i64 [Z] of one size, at least 1"])

    public init() {}
    public init(attributes: Attributes) throws {}

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let ids = try operands("ids"), keys = try operands("keys"), rows = try operands("rows")
        guard ids.rank == 1, ids.dtype == .i64 else { throw Self.violates(1, "ids are \(ids)") }
        guard keys.rank == 1, keys.dtype == .i64, let count = keys.dimensions[0].size, count >= 1, keys == rows else {
            throw Self.violates(2, "keys are \(keys), rows are \(rows)")
        }
        return [ids]
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let ids = try operands("ids"), keys = try operands("keys").ints, rows = try operands("rows").ints
        let known = Dictionary(zip(keys, rows), uniquingKeysWith: { first, _ in first })
        return [Tensor(shape: ids.shape, ints: ids.ints.map { known[$0] ?? Int64(keys.count - 1) })]
    }
}
