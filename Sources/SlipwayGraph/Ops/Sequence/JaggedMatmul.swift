public import SlipwayCore

/// Every step times the matrix of its row.
public struct JaggedMatmul: Operation {
    public static let name = "jagged_matmul"
    public static let spec = OperationSpec(
        "y[i] = values[i] · weights[b] for every step i of row b",
        operands: [("values", .one), ("lengths", .one), ("weights", .one)],
        constraints: ["values are f32 [n, K]", "lengths are i32 [B]", "weights are f32 [B, K, N]"])

    public init() {}
    public init(attributes: Attributes) throws {}

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let (values, lengths) = try Self.rows(operands)
        let weights = try operands("weights")
        guard weights.dtype == .f32, weights.rank == 3, weights.dimensions[0] == lengths.dimensions[0],
            weights.dimensions[1] == values.dimensions[1]
        else { throw Self.violates(3, "weights are \(weights), values are \(values), lengths are \(lengths)") }
        return [
            ValueType(
                .f32, [values.dimensions[0], weights.dimensions[2]],
                side: operands.side("values", "lengths", "weights"))
        ]
    }

    public func flops(_ sizes: OperationSizes) -> Double {
        2 * sizes.results * sizes.width("values")
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let values = try operands("values"), segments = try operands.segments("lengths", of: "values")
        let weights = try operands("weights"), inner = weights.shape[1], columns = weights.shape[2]
        let x = values.floats, w = weights.floats
        var result: [Float] = []
        for row in 0..<segments.count {
            for step in segments[row] {
                for column in 0..<columns {
                    let sum = (0..<inner).reduce(0.0) { sum, k in
                        sum + Double(x[step * inner + k]) * Double(w[(row * inner + k) * columns + column])
                    }
                    result.append(Float(sum))
                }
            }
        }
        return [Tensor(shape: [values.shape[0], columns], floats: result)]
    }
}
