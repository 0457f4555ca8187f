public import SlipwayCore

/// The steps of two sequences, row by row one after the other.
public struct JaggedConcat: SymbolOperation {
    public static let name = "jagged_concat"
    public static let movesOnly = true
    public static let spec = OperationSpec(
        "row b of y is row b of left, then row b of right; results: y and its lengths",
        operands: [("left", .one), ("left_lengths", .one), ("right", .one), ("right_lengths", .one)],
        constraints: [
            "left and right are f32 [n, D] and [m, D] of one width", "left_lengths are i32 [B]",
            "right_lengths have the dimensions of left_lengths",
        ])

    /// Symbol of the result's leading dimension.
    public let symbol: String

    public init(symbol: String) { self.symbol = symbol }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        guard let left = try operands.steps("left"), let right = try operands.steps("right"),
            left.dimensions[1] == right.dimensions[1]
        else { throw Self.violates(1, "left is \(try operands("left")), right is \(try operands("right"))") }
        guard let lengths = try operands.lengths("left_lengths") else {
            throw Self.violates(2, "left_lengths are \(try operands("left_lengths"))")
        }
        guard let others = try operands.lengths("right_lengths"), others.dimensions == lengths.dimensions else {
            throw Self.violates(3, "right_lengths are \(try operands("right_lengths")), left_lengths are \(lengths)")
        }
        return Self.rows(
            of: left, over: symbol, lengths: lengths,
            side: operands.side("left", "left_lengths", "right", "right_lengths"))
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let left = try operands("left"), right = try operands("right")
        let first = try operands.segments("left_lengths", of: "left")
        let second = try operands.segments("right_lengths", of: "right")
        let values = (0..<first.count).flatMap { left.steps(first[$0]) + right.steps(second[$0]) }
        return [
            Tensor(shape: [first.total + second.total, left.rowSize], floats: values),
            .lengths((0..<first.count).map { first[$0].count + second[$0].count }),
        ]
    }
}
