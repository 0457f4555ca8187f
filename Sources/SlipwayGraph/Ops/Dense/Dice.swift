import Foundation
public import SlipwayCore

/// The data-adaptive activation of Deep Interest Network, in eval mode. Source: arXiv:1706.06978, section 5.3.
public struct Dice: Operation {
    public static let name = "dice"
    public static let spec = OperationSpec(
        "p = sigmoid((x − mean) / √(variance + ε)); y = p · x + (1 − p) · alpha · x",
        operands: [("input", .one), ("mean", .one), ("variance", .one), ("alpha", .one)],
        constraints: ["input is f32 […, N]", "mean, variance and alpha are f32 [N]", "epsilon is positive"])
    public static let commutesWithTile = true

    public let epsilon: Double

    public init(epsilon: Double = 1e-5) { self.epsilon = epsilon }
    public init(attributes: Attributes) throws { self.init(epsilon: try attributes.float("epsilon")) }
    public var attributes: Attributes { Attributes(["epsilon": .float(epsilon)]) }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let input = try operands("input")
        guard input.dtype == .f32, let channels = input.dimensions.last else {
            throw Self.violates(1, "input is \(input)")
        }
        for role in ["mean", "variance", "alpha"] {
            let type = try operands(role)
            guard type.dtype == .f32, type.dimensions == [channels] else {
                throw Self.violates(2, "\(role) is \(type), input is \(input)")
            }
        }
        guard epsilon > 0 else { throw Self.violates(3, "epsilon is \(epsilon)") }
        return [input]
    }

    /// Normalisation 2, sigmoid 1, and the two branches 5, an element.
    public func flops(_ sizes: OperationSizes) -> Double {
        8 * sizes.results
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let input = try operands("input"), mean = try operands("mean").floats
        let variance = try operands("variance").floats, alpha = try operands("alpha").floats
        var result = input.floats
        for index in result.indices {
            let c = index % mean.count
            let x = Double(result[index])
            let p = Reference.sigmoid((x - Double(mean[c])) / sqrt(Double(variance[c]) + epsilon))
            result[index] = Float(p * x + (1 - p) * Double(alpha[c]) * x)
        }
        return [Tensor(shape: input.shape, floats: result)]
    }
}
