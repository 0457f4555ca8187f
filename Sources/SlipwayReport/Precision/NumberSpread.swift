import SlipwayArtifact

/// How numbers spread between the smallest and the largest: read twice, first for these, then to count.
struct NumberSpread {
    private(set) var low = Float.infinity
    private(set) var high = -Float.infinity
    /// Numbers counted, also those that are not finite.
    private(set) var total = 0
    private var counts: [Int] = []

    private static let bins = 2048

    mutating func extend(_ numbers: [Float]) {
        for number in numbers where number.isFinite {
            low = min(low, number)
            high = max(high, number)
        }
    }

    mutating func count(_ numbers: [Float]) {
        if counts.isEmpty { counts = [Int](repeating: 0, count: Self.bins) }
        total += numbers.count
        guard high > low, (high - low).isFinite else { return }
        let scale = Float(Self.bins) / (high - low)
        for number in numbers where number.isFinite { counts[min(Self.bins - 1, Int((number - low) * scale))] += 1 }
    }

    /// Both together; numbers keep their place to the width of a bin of the joined range.
    func joined(_ other: NumberSpread) -> NumberSpread {
        guard total > 0 else { return other }
        guard other.total > 0 else { return self }
        var result = NumberSpread()
        result.low = min(low, other.low)
        result.high = max(high, other.high)
        for spread in [self, other] where spread.high >= spread.low {
            for (bin, count) in spread.counts.enumerated() where count > 0 {
                result.count([Float](repeating: spread.middle(of: bin), count: count))
            }
        }
        result.total = total + other.total
        return result
    }

    private func middle(of bin: Int) -> Float {
        low + (high - low) * (Float(bin) + 0.5) / Float(Self.bins)
    }

    /// The range of codes with the smallest sum of squared errors, among the whole one and parts of it.
    func range() -> ReducedWeight.InputRange {
        guard high >= low else { return .init(covering: 0, 0) }
        guard high > low, total > 0 else { return .init(covering: low, high) }
        var best: (error: Double, range: ReducedWeight.InputRange)?
        for step in 0...14 {
            let share = 1 - Float(step) * 0.05
            let range = ReducedWeight.InputRange(covering: low * share, high * share)
            let error = error(range)
            if best.map({ error < $0.error }) ?? true { best = (error, range) }
        }
        return best?.range ?? .init(covering: low, high)
    }

    private func error(_ range: ReducedWeight.InputRange) -> Double {
        let bottom = -Float(range.zero) * range.scale, top = Float(255 - range.zero) * range.scale
        // Rounding errors are even over a step.
        let rounding = Double(range.scale) * Double(range.scale) / 12
        var sum = 0.0
        for (bin, count) in counts.enumerated() where count > 0 {
            let number = middle(of: bin)
            let cut = Double(max(bottom - number, number - top, 0))
            sum += Double(count) * (cut > 0 ? cut * cut : rounding)
        }
        return sum
    }
}
