import Foundation

/// Normally distributed numbers that are the same on every machine: splitmix64 and the Box-Muller transform.
enum RoutingNoise {
    /// What the draw starts from.
    static let seed: UInt64 = 20_190_404

    /// `count` draws of mean 0.
    static func draw(_ count: Int, deviation: Float) -> [Float] {
        var state = seed
        func uniform() -> Double {
            state &+= 0x9E37_79B9_7F4A_7C15
            var bits = state
            bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
            bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
            bits ^= bits >> 31
            return (Double(bits >> 11) + 0.5) / 9_007_199_254_740_992
        }
        return (0..<count).map { _ in
            let radius = (-2 * log(uniform())).squareRoot()
            return Float(radius * cos(2 * .pi * uniform())) * deviation
        }
    }
}
