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
        guard let values = try operands.steps("values") else {
            throw Self.violates(1, "values are \(try operands("values"))")
        }
        guard try operands.lengths("lengths") != nil else {
            throw Self.violates(2, "lengths are \(try operands("lengths"))")
        }
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
