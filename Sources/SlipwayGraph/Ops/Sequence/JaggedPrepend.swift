public import SlipwayCore

/// The same number of steps put before every sequence.
public struct JaggedPrepend: Operation {
    public static let name = "jagged_prepend"
    public static let movesOnly = true
    public static let spec = OperationSpec(
        "row b of y is prefix[b], or `steps` steps of zeros without one, then row b of values; results: y and its lengths",
        operands: [("values", .one), ("lengths", .one), ("prefix", .optional)],
        constraints: [
            "values are f32 [n, D]", "lengths are i32 [B]", "prefix is f32 [B, steps, D]", "steps is at least 1",
        ])

    /// Steps put before each row.
    public let steps: Int
    /// Symbol of the result's leading dimension.
    public let symbol: String

    public init(steps: Int, symbol: String) {
        self.steps = steps
        self.symbol = symbol
    }

    public init(attributes: Attributes) throws {
        self.init(steps: try attributes.int("steps"), symbol: try attributes.string("symbol"))
    }

    public var attributes: Attributes { Attributes(["steps": .int(steps), "symbol": .string(symbol)]) }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let (values, lengths) = try Self.rows(operands)
        guard steps >= 1, steps <= 1 << 20 else { throw Self.violates(4, "steps is \(steps)") }
        if let prefix = operands.optional("prefix") {
            guard prefix.dtype == .f32,
                prefix.dimensions == [lengths.dimensions[0], .fixed(steps), values.dimensions[1]]
            else { throw Self.violates(3, "prefix is \(prefix), values are \(values), lengths are \(lengths)") }
        }
        return Self.rows(
            of: values, over: symbol, lengths: lengths, side: operands.side("values", "lengths", "prefix"))
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let values = try operands("values"), segments = try operands.segments("lengths", of: "values")
        let size = steps * values.rowSize
        let prefix = operands.optional("prefix")?.floats ?? [Float](repeating: 0, count: segments.count * size)
        let rows = (0..<segments.count).flatMap { prefix[$0 * size..<($0 + 1) * size] + values.steps(segments[$0]) }
        return [
            Tensor(shape: [segments.total + segments.count * steps, values.rowSize], floats: rows),
            .lengths((0..<segments.count).map { segments[$0].count + steps }),
        ]
    }
}
