import Foundation

/// A range of numbers with round ticks.
package struct PlotAxis: Equatable {
    package let low: Double
    package let high: Double
    package let ticks: [Double]

    /// Covers `low` to `high` with about `count` steps of 1, 2 or 5 times a power of ten; ends on ticks where `isOpen`.
    package init(from low: Double, to high: Double, count: Int = 5, isOpen: Bool = true) {
        let span = high - low
        guard span > 0, span.isFinite else {
            self.low = low
            self.high = low + 1
            ticks = [low]
            return
        }
        let raw = span / Double(max(count, 1))
        let power = pow(10, floor(log10(raw)))
        // The nearest of the round steps, in proportion.
        let share = raw / power
        let step = power * (share < 1.414 ? 1 : share < 3.162 ? 2 : share < 7.071 ? 5 : 10)
        let first = isOpen ? floor(low / step + 1e-9) : ceil(low / step - 1e-9)
        let last = isOpen ? ceil(high / step - 1e-9) : floor(high / step + 1e-9)
        ticks = (0...max(0, Int(last - first))).map { (first + Double($0)) * step }
        self.low = isOpen ? first * step : low
        self.high = isOpen ? last * step : high
    }

    /// Where `value` lies between `start` and `end`.
    package func position(_ value: Double, from start: Double, to end: Double) -> Double {
        start + (value - low) / (high - low) * (end - start)
    }
}
