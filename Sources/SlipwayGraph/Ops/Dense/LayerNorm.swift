import Foundation
public import SlipwayCore

/// Layer normalisation over the last dimension, as torch.nn.LayerNorm.
public struct LayerNorm: Operation {
    public static let name = "layer_norm"
    public static let spec = OperationSpec(
        "y = (x − mean(x)) / √(var(x) + ε) · gamma + beta, mean and biased variance over the last dimension",
        operands: [("input", .one), ("gamma", .optional), ("beta", .optional)],
        constraints: ["input is f32 […, N] with N fixed", "gamma and beta are f32 [N]", "epsilon is positive"])
    public static let commutesWithTile = true

    public let epsilon: Double

    public init(epsilon: Double = 1e-5) { self.epsilon = epsilon }
    public init(attributes: Attributes) throws { self.init(epsilon: try attributes.float("epsilon")) }
    public var attributes: Attributes { Attributes(["epsilon": .float(epsilon)]) }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let input = try operands("input")
        guard input.dtype == .f32, let width = input.dimensions.last, (width.size ?? 0) > 0 else {
            throw Self.violates(1, "input is \(input)")
        }
        for role in ["gamma", "beta"] {
            if let type = operands.optional(role), type.dtype != .f32 || type.dimensions != [width] {
                throw Self.violates(2, "\(role) is \(type), input is \(input)")
            }
        }
        guard epsilon > 0 else { throw Self.violates(3, "epsilon is \(epsilon)") }
        return [input]
    }

    /// Mean 1, variance 3, normalisation 2, and 1 for each of gamma and beta, an element.
    public func flops(_ sizes: OperationSizes) -> Double {
        sizes.results * (6 + (sizes.has("gamma") ? 1 : 0) + (sizes.has("beta") ? 1 : 0))
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let input = try operands("input")
        let gamma = operands.optional("gamma")?.floats, beta = operands.optional("beta")?.floats
        let width = input.shape.last ?? 1
        var result = input.floats
        for row in 0..<input.outerCount {
            let x = result[row * width..<(row + 1) * width].map(Double.init)
            let mean = x.reduce(0, +) / Double(width)
            let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
            for column in 0..<width {
                let normal = (x[column] - mean) / sqrt(variance + epsilon)
                result[row * width + column] = Float(normal * Double(gamma?[column] ?? 1) + Double(beta?[column] ?? 0))
            }
        }
        return [Tensor(shape: input.shape, floats: result)]
    }
}
