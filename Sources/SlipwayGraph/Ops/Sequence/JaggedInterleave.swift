public import SlipwayCore

/// The steps of two sequences of the same lengths in turn, but for a tail, of which only the first's stay.
public struct JaggedInterleave: Operation {
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
    public init(attributes: Attributes) throws { self.init(symbol: try attributes.string("symbol")) }
    public var attributes: Attributes { Attributes(["symbol": .string(symbol)]) }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        guard let a = try operands.steps("a") else { throw Self.violates(1, "a is \(try operands("a"))") }
        guard let b = try operands.steps("b"), b.dimensions == a.dimensions else {
            throw Self.violates(2, "b is \(try operands("b")), a is \(a)")
        }
        guard let lengths = try operands.lengths("lengths") else {
            throw Self.violates(3, "lengths are \(try operands("lengths"))")
        }
        guard let tail = try operands.lengths("tail"), tail.dimensions == lengths.dimensions else {
            throw Self.violates(4, "tail is \(try operands("tail")), lengths are \(lengths)")
        }
        let side = operands.side("a", "b", "lengths", "tail")
        return [
            ValueType(.f32, [.symbol(symbol), a.dimensions[1]], side: side),
            ValueType(.i32, lengths.dimensions, side: side),
        ]
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
