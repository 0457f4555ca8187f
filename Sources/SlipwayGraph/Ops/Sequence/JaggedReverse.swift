public import SlipwayCore

/// Every sequence from its end to its beginning.
public struct JaggedReverse: Operation {
    public static let name = "jagged_reverse"
    public static let movesOnly = true
    public static let spec = OperationSpec(
        "row b of y is row b of values, last step first",
        operands: [("values", .one), ("lengths", .one)],
        constraints: ["values are f32 [n, D]", "lengths are i32 [B]"])

    public init() {}
    public init(attributes: Attributes) throws {}

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let (values, _) = try Self.rows(operands)
        return [ValueType(.f32, values.dimensions, side: operands.side("values", "lengths"))]
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let values = try operands("values"), segments = try operands.segments("lengths", of: "values")
        return [
            Tensor(
                shape: values.shape, floats: (0..<segments.count).flatMap { values.steps(segments[$0].reversed()) })
        ]
    }
}
