public import SlipwayCore

/// A fully connected layer, as torch.nn.Linear.
public struct Linear: Operation {
    public static let name = "linear"
    public static let spec = OperationSpec(
        "y = x · Wᵀ + b",
        operands: [("input", .one), ("weight", .one), ("bias", .optional)],
        constraints: ["input is f32 […, K]", "weight is f32 [N, K]", "bias is f32 [N]"])
    public static let commutesWithTile = true

    public init() {}
    public init(attributes: Attributes) throws {}

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let input = try operands("input"), weight = try operands("weight")
        guard input.rank >= 1, input.dtype == .f32 else { throw Self.violates(1, "input is \(input)") }
        guard weight.rank == 2, weight.dtype == .f32, weight.dimensions[1] == input.dimensions.last else {
            throw Self.violates(2, "weight is \(weight), input is \(input)")
        }
        if let bias = operands.optional("bias"), bias.dimensions != [weight.dimensions[0]] || bias.dtype != .f32 {
            throw Self.violates(3, "bias is \(bias), weight is \(weight)")
        }
        return [ValueType(.f32, input.dimensions.dropLast() + [weight.dimensions[0]], side: input.side)]
    }

    public func flops(_ sizes: OperationSizes) -> Double {
        2 * sizes.count("input") * sizes.rows("weight") + (sizes.has("bias") ? sizes.results : 0)
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let input = try operands("input"), weight = try operands("weight")
        let bias = operands.optional("bias")?.floats
        let n = weight.shape[0], k = weight.shape[1], m = input.outerCount
        let x = input.floats, w = weight.floats
        var result = [Float](repeating: 0, count: m * n)
        for row in 0..<m {
            for column in 0..<n {
                var sum = Double(bias?[column] ?? 0)
                for inner in 0..<k { sum += Double(x[row * k + inner]) * Double(w[column * k + inner]) }
                result[row * n + column] = Float(sum)
            }
        }
        return [Tensor(shape: input.shape.dropLast() + [n], floats: result)]
    }
}
