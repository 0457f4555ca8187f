/// Looks for the highest rate that is borne: doubles until one is not, then halves what lies between.
package struct RateSearch: Sendable {
    private let start: Double
    private let least: Double
    private let most: Double
    /// Share of the rate within which the result is known.
    package let tolerance: Double
    /// The highest rate that was borne, and the lowest that was not.
    package private(set) var low: Double?
    package private(set) var high: Double?

    package init(start: Double, least: Double = 0.1, most: Double = 1e6, tolerance: Double) {
        self.start = min(max(start, least), most)
        self.least = least
        self.most = most
        self.tolerance = max(tolerance, 1e-3)
    }

    /// The rate to try; nil when the result is known well enough.
    package func next() -> Double? {
        switch (low, high) {
        case (nil, nil): return start
        case (let low?, nil): return low < most ? min(low * 2, most) : nil
        case (nil, let high?): return high > least ? max(high / 2, least) : nil
        case (let low?, let high?): return high - low > tolerance * low ? (low + high) / 2 : nil
        }
    }

    package mutating func note(_ rate: Double, isBorne: Bool) {
        if isBorne {
            low = max(low ?? rate, rate)
            // A rate borne after a lower one was not: that one was bad luck.
            if let high, high <= rate { self.high = nil }
        } else {
            high = min(high ?? rate, rate)
            if let low, low >= rate { self.low = nil }
        }
    }
}
