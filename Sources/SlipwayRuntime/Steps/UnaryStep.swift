import Foundation
import SlipwayCore
import SlipwayGraph

/// A function of one element that no kernel has.
struct UnaryStep: Step {
    let input: Int
    let output: Int
    let function: Unary.Function

    func run(_ frame: RunFrame) throws {
        try frame.define(output)
        let x = frame[input], y = frame[output]
        func each(_ body: (Float) -> Float) {
            for row in 0..<x.shape.rows {
                let source = x.floats + row * x.stride, target = y.floats + row * y.stride
                for column in 0..<x.shape.inner { target[column] = body(source[column]) }
            }
        }
        switch function {
        case .relu: each { $0.isNaN ? $0 : max($0, 0) }
        case .sigmoid: each(Self.sigmoid)
        case .tanh: each { Foundation.tanh($0) }
        case .silu: each { $0 * Self.sigmoid($0) }
        case .gelu: each { Float(0.5 * Double($0) * (1 + erf(Double($0) / 2.0.squareRoot()))) }
        case .geluTanh:
            each { 0.5 * $0 * (1 + Foundation.tanh((2 / Float.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) }
        case .exp: each { Foundation.exp($0) }
        case .log: each { Foundation.log($0) }
        case .sqrt: each { $0.squareRoot() }
        case .abs: each { Swift.abs($0) }
        case .negate: each { -$0 }
        case .square: each { $0 * $0 }
        case .softplus: each { $0 > 20 ? $0 : log1p(Foundation.exp($0)) }
        case .softsign: each { $0 / (1 + Swift.abs($0)) }
        case .selu: each { 1.0507009873554805 * ($0 > 0 ? $0 : 1.6732632423543772 * expm1($0)) }
        case .mish: each { $0 * Foundation.tanh($0 > 20 ? $0 : log1p(Foundation.exp($0))) }
        case .relu6: each { $0.isNaN ? $0 : min(max($0, 0), 6) }
        case .hardswish: each { $0 * Self.clamp($0 + 3, 0, 6) / 6 }
        case .hardsigmoid: each { Self.clamp($0 / 6 + 0.5, 0, 1) }
        case .hardtanh: each { Self.clamp($0, -1, 1) }
        case .logsigmoid: each { min($0, 0) - log1p(Foundation.exp(-Swift.abs($0))) }
        case .tanhshrink: each { Float(Double($0) - Foundation.tanh(Double($0))) }
        }
    }

    private static func sigmoid(_ x: Float) -> Float { 1 / (1 + Foundation.exp(-x)) }

    private static func clamp(_ x: Float, _ low: Float, _ high: Float) -> Float { x.isNaN ? x : min(max(x, low), high) }
}
