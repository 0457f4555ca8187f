import Foundation

/// Ranks from 1 to `count`, rank k in proportion to 1 / k^exponent, in constant time and memory.
///
/// Source: rejection-inversion, W. Hörmann and G. Derflinger, "Rejection-inversion to generate variates from monotone
/// discrete distributions" (1996).
package struct ZipfSampler: Sendable {
    private let count: Double
    private let exponent: Double
    /// The area below the hat from its left end, and to its right end.
    private let first: Double
    private let last: Double
    private let shortcut: Double

    package init(count: Int, exponent: Double) {
        self.count = Double(max(count, 1))
        self.exponent = max(exponent, 0)
        first = Self.area(1.5, exponent) - 1
        last = Self.area(self.count + 0.5, exponent)
        shortcut = 2 - Self.place(Self.area(2.5, exponent) - Self.height(2, exponent), exponent)
    }

    package func rank(_ numbers: inout SeededNumbers) -> Int {
        while true {
            let area = last + numbers.unit() * (first - last)
            let place = Self.place(area, exponent)
            let rank = min(max((place + 0.5).rounded(.down), 1), count)
            if rank - place <= shortcut || area >= Self.area(rank + 0.5, exponent) - Self.height(rank, exponent) {
                return Int(rank)
            }
        }
    }

    private static func height(_ x: Double, _ exponent: Double) -> Double { exp(-exponent * log(x)) }

    /// An integral of x^-exponent, steady around the exponent 1.
    private static func area(_ x: Double, _ exponent: Double) -> Double {
        let logarithm = log(x), power = (1 - exponent) * logarithm
        return logarithm * (abs(power) > 1e-8 ? expm1(power) / power : 1 + power / 2)
    }

    /// The inverse of `area`.
    private static func place(_ area: Double, _ exponent: Double) -> Double {
        let power = max(area * (1 - exponent), -1)
        return exp(area * (abs(power) > 1e-8 ? log1p(power) / power : 1 - power / 2))
    }
}
