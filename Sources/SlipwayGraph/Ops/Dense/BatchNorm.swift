import Foundation
public import SlipwayCore

/// Batch normalisation in eval mode, per channel of the last dimension, as torch.nn.BatchNorm1d.
public struct BatchNorm: Operation {
    public static let name = "batch_norm"
    public static let spec = OperationSpec(
        "y = (x − mean) / √(variance + ε) · gamma + beta",
        operands: [
            ("input", .one), ("mean", .one), ("variance", .one), ("gamma", .optional), ("beta", .optional),
        ],
        constraints: ["input is f32 […, N]", "mean, variance, gamma and beta are f32 [N]", "epsilon is positive"])
    public static let commutesWithTile = true

    public let epsilon: Double

    public init(epsilon: Double = 1e-5) { self.epsilon = epsilon }
    public init(attributes: Attributes) throws { self.init(epsilon: try attributes.float("epsilon")) }
    public var attributes: Attributes { Attributes(["epsilon": .float(epsilon)]) }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let input = try operands("input")
        guard input.rank >= 1, input.dtype == .f32, let channels = input.dimensions.last else {
            throw Self.violates(1, "input is \(input)")
        }
        for role in ["mean", "variance", "gamma", "beta"] {
            if let type = operands.optional(role), type.dtype != .f32 || type.dimensions != [channels] {
                throw Self.violates(2, "\(role) is \(type), input is \(input)")
            }
        }
        guard epsilon > 0 else { throw Self.violates(3, "epsilon is \(epsilon)") }
        return [input]
    }

    /// A scale and a shift of every element, made of the statistics once.
    public func flops(_ sizes: OperationSizes) -> Double {
        2 * sizes.results
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let input = try operands("input"), mean = try operands("mean").floats
        let variance = try operands("variance").floats
        let gamma = operands.optional("gamma")?.floats, beta = operands.optional("beta")?.floats
        let channels = mean.count
        var result = input.floats
        for index in result.indices {
            let c = index % channels
            let normal = (Double(result[index]) - Double(mean[c])) / sqrt(Double(variance[c]) + epsilon)
            result[index] = Float(normal * Double(gamma?[c] ?? 1) + Double(beta?[c] ?? 0))
        }
        return [Tensor(shape: input.shape, floats: result)]
    }
}
