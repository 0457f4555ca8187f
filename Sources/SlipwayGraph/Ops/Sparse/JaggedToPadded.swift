public import SlipwayCore

/// Jagged rows as a dense tensor, filled up with zeros; longer rows are cut.
public struct JaggedToPadded: Operation {
    public static let name = "jagged_to_padded"
    public static let movesOnly = true
    public static let spec = OperationSpec(
        "y[b, t] = step t of row b, or 0 where the row is shorter; T = the longest row, at most maximum when that is > 0",
        operands: [("values", .one), ("lengths", .one)],
        constraints: ["values are f32 [n, D]", "lengths are i32 [B]", "maximum is not negative"])
    public static let commutesWithTile = true

    public let maximum: Int
    /// Symbol of T.
    public let symbol: String

    public init(maximum: Int = 0, symbol: String) {
        self.maximum = maximum
        self.symbol = symbol
    }

    public init(attributes: Attributes) throws {
        self.init(maximum: try attributes.int("maximum"), symbol: try attributes.string("symbol"))
    }

    public var attributes: Attributes { Attributes(["maximum": .int(maximum), "symbol": .string(symbol)]) }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let (values, lengths) = try Self.rows(operands)
        guard maximum >= 0 else { throw Self.violates(3, "maximum is \(maximum)") }
        return [
            ValueType(
                .f32, [lengths.dimensions[0], .symbol(symbol), values.dimensions[1]],
                side: operands.side("values", "lengths"))
        ]
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let values = try operands("values"), lengths = try operands("lengths").ints
        let width = values.rowSize, source = values.floats
        let segments = try Segments(lengths: lengths, count: values.shape[0], of: Self.name)
        var steps = Int(lengths.max() ?? 0)
        if maximum > 0 { steps = min(steps, maximum) }
        var result = [Float](repeating: 0, count: segments.count * steps * width)
        for row in 0..<segments.count {
            for (step, index) in segments[row].prefix(steps).enumerated() {
                for column in 0..<width {
                    result[(row * steps + step) * width + column] = source[index * width + column]
                }
            }
        }
        return [Tensor(shape: [segments.count, steps, width], floats: result)]
    }
}
