import Foundation

/// Scalar functions of the reference evaluator, in double precision.
enum Reference {
    static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

    /// Softmax of a list; NaN anywhere makes all NaN, as in PyTorch.
    static func softmax(_ values: [Float]) -> [Float] {
        guard let largest = values.max() else { return [] }
        let exps = values.map { exp(Double($0) - Double(largest)) }
        let sum = exps.reduce(0, +)
        return exps.map { Float($0 / sum) }
    }
}
