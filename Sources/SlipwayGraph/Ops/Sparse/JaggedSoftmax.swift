public import SlipwayCore

/// Softmax over the steps of each sequence.
public struct JaggedSoftmax: Operation {
    public static let name = "jagged_softmax"
    public static let spec = OperationSpec(
        "y[i, d] = exp(x[i, d]) / Σ exp(x[j, d]) over the steps j of i's row",
        operands: [("values", .one), ("lengths", .one)],
        constraints: ["values are f32 [n, D]", "lengths are i32 [B]"])
    public static let commutesWithTile = true

    public init() {}
    public init(attributes: Attributes) throws {}

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        [try Self.rows(operands).values]
    }

    /// Largest, exp of the difference, sum, quotient: 5 an element.
    public func flops(_ sizes: OperationSizes) -> Double {
        5 * sizes.results
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let values = try operands("values")
        let width = values.rowSize
        let segments = try Segments(lengths: try operands("lengths").ints, count: values.shape[0], of: Self.name)
        var result = values.floats
        for row in 0..<segments.count {
            for column in 0..<width {
                let indices = segments[row].map { $0 * width + column }
                let exps = Reference.softmax(indices.map { result[$0] })
                for (index, value) in zip(indices, exps) { result[index] = value }
            }
        }
        return [Tensor(shape: values.shape, floats: result)]
    }
}
