public import SlipwayCore

/// Sequences whose middle is cut to its last steps, between a prefix and a tail that stay.
public struct JaggedTruncate: Operation {
    public static let name = "jagged_truncate"
    public static let movesOnly = true
    public static let spec = OperationSpec(
        "row b of y is the first `prefix` steps of row b of values, the last steps of its middle, `limit` at most, and its "
            + "last tail[b] steps; results: y and its lengths",
        operands: [("values", .one), ("lengths", .one), ("tail", .one)],
        constraints: [
            "values are f32 [n, D]", "lengths are i32 [B], none below prefix + tail[b]", "tail is i32 [B]",
            "prefix and limit are not negative",
        ])

    /// Steps at the front that stay.
    public let prefix: Int
    /// The most steps of the middle that stay.
    public let limit: Int
    /// Symbol of the result's leading dimension.
    public let symbol: String

    public init(prefix: Int, limit: Int, symbol: String) {
        self.prefix = prefix
        self.limit = limit
        self.symbol = symbol
    }

    public init(attributes: Attributes) throws {
        self.init(
            prefix: try attributes.int("prefix"), limit: try attributes.int("limit"),
            symbol: try attributes.string("symbol"))
    }

    public var attributes: Attributes {
        Attributes(["prefix": .int(prefix), "limit": .int(limit), "symbol": .string(symbol)])
    }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let (values, lengths) = try Self.rows(operands)
        try Self.checkTail(operands, of: lengths, constraint: 3)
        guard (0...1 << 31).contains(prefix), (0...1 << 31).contains(limit) else {
            throw Self.violates(4, "prefix is \(prefix), limit is \(limit)")
        }
        return Self.rows(
            of: values, over: symbol, lengths: lengths, side: operands.side("values", "lengths", "tail"))
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let values = try operands("values"), segments = try operands.segments("lengths", of: "values")
        let tails = try operands.tails("tail", within: segments)
        let kept = try (0..<segments.count).map { row in
            let steps = Array(segments[row])
            guard steps.count >= prefix + tails[row] else {
                throw Self.violates(2, "row \(row) has \(steps.count) steps, prefix is \(prefix), tail \(tails[row])")
            }
            return steps.prefix(prefix) + steps.dropFirst(prefix).dropLast(tails[row]).suffix(limit)
                + steps.suffix(tails[row])
        }
        return [
            Tensor(
                shape: [kept.reduce(0) { $0 + $1.count }, values.rowSize], floats: kept.flatMap { values.steps($0) }),
            .lengths(kept.map(\.count)),
        ]
    }
}
