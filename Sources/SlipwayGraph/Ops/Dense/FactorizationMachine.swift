public import SlipwayCore

/// Second-order feature interaction of a factorization machine, kept per dimension. Source: Rendle 2010, equation 5.
public struct FactorizationMachine: Operation {
    public static let name = "factorization_machine"
    public static let spec = OperationSpec(
        "y[b, d] = ½ ((Σf x[b, f, d])² − Σf x[b, f, d]²)",
        operands: [("input", .one)],
        constraints: ["input is f32 [B, F, D] with F and D fixed"])
    public static let commutesWithTile = true

    public init() {}
    public init(attributes: Attributes) throws {}

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let input = try operands("input")
        guard input.dtype == .f32, input.rank == 3, input.dimensions[1].size != nil, input.dimensions[2].size != nil
        else {
            throw Self.violates(1, "input is \(input)")
        }
        return [ValueType(.f32, [input.dimensions[0], input.dimensions[2]], side: input.side)]
    }

    /// Sums 2 and squares 1 of every element, then a square, a difference and a half.
    public func flops(_ sizes: OperationSizes) -> Double {
        3 * sizes.count("input") + 3 * sizes.results
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let input = try operands("input")
        let fields = input.shape[1], width = input.shape[2], x = input.floats
        var result: [Float] = []
        for row in 0..<input.shape[0] {
            for d in 0..<width {
                var sum = 0.0, squares = 0.0
                for f in 0..<fields {
                    let value = Double(x[(row * fields + f) * width + d])
                    sum += value
                    squares += value * value
                }
                result.append(Float(0.5 * (sum * sum - squares)))
            }
        }
        return [Tensor(shape: [input.shape[0], width], floats: result)]
    }
}
