import Foundation
public import SlipwayCore

/// A function of one element.
public struct Unary: Operation {
    /// PyTorch's functions of the same names; `gelu` is the exact form with erf.
    public enum Function: String, Sendable, CaseIterable {
        case relu, sigmoid, tanh, silu, gelu, exp, log, sqrt, abs, negate, square, softplus, softsign, selu, mish, relu6
        case hardswish, hardsigmoid, hardtanh, logsigmoid, tanhshrink
        case geluTanh = "gelu_tanh"
    }

    public static let name = "unary"
    public static let spec = OperationSpec(
        "y = f(x)", operands: [("input", .one)], constraints: ["input is f32"])
    public static let commutesWithTile = true

    public let function: Function

    public init(_ function: Function) { self.function = function }
    public init(attributes: Attributes) throws { self.init(try attributes.choice("function", of: Function.self)) }
    public var attributes: Attributes { Attributes(["function": .string(function.rawValue)]) }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let input = try operands("input")
        guard input.dtype == .f32 else { throw Self.violates(1, "input is \(input)") }
        return [input]
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        [try operands("input").map { Float(apply(Double($0))) }]
    }

    private func apply(_ x: Double) -> Double {
        switch function {
        case .relu: return x.isNaN ? x : max(x, 0)
        case .sigmoid: return Reference.sigmoid(x)
        case .tanh: return Foundation.tanh(x)
        case .silu: return x * Reference.sigmoid(x)
        case .gelu: return 0.5 * x * (1 + erf(x / 2.0.squareRoot()))
        case .geluTanh:
            let inner = (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)
            return 0.5 * x * (1 + Foundation.tanh(inner))
        case .exp: return Foundation.exp(x)
        case .log: return Foundation.log(x)
        case .sqrt: return x.squareRoot()
        case .abs: return Swift.abs(x)
        case .negate: return -x
        case .square: return x * x
        case .softplus: return x > 20 ? x : log1p(Foundation.exp(x))
        case .softsign: return x / (1 + Swift.abs(x))
        case .selu: return 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * expm1(x))
        case .mish: return x * Foundation.tanh(log1p(Foundation.exp(x)))
        case .relu6: return min(max(x, 0), 6)
        case .hardswish: return x * min(max(x + 3, 0), 6) / 6
        case .hardsigmoid: return min(max(x / 6 + 0.5, 0), 1)
        case .hardtanh: return min(max(x, -1), 1)
        case .logsigmoid: return min(x, 0) - log1p(Foundation.exp(-Swift.abs(x)))
        case .tanhshrink: return x - Foundation.tanh(x)
        }
    }
}
