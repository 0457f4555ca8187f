/// Counts of latencies in microseconds: each is known to 0.1 % (or 1 %) whatever its size.
///
/// Values below `2^bits` have a bucket each; above, every power of two is cut into `2^(bits - 1)` buckets of equal
/// width. Source: HDR histogram, http://hdrhistogram.org.
package struct LatencyHistogram: Sendable {
    package enum Precision: Int, Sendable {
        /// Within 1 %: for the many histograms of a run over time.
        case percent = 8
        /// Within 0.1 %.
        case permille = 11
    }

    /// Longer ones count as this long: 12 days.
    package static let longest: UInt64 = 1 << 40

    package let precision: Precision
    package private(set) var count: UInt64 = 0
    package private(set) var largest: UInt64 = 0
    package private(set) var smallest: UInt64 = .max
    private var sum = 0.0
    /// As long as the longest latency so far needs.
    private var counts: [UInt64] = []

    package init(_ precision: Precision = .permille) { self.precision = precision }

    package var isEmpty: Bool { count == 0 }

    /// 0 when empty.
    package var mean: Double { count == 0 ? 0 : sum / Double(count) }

    package mutating func record(_ microseconds: UInt64) { record(microseconds, times: 1) }

    private mutating func record(_ microseconds: UInt64, times: UInt64) {
        let value = min(microseconds, Self.longest)
        let index = index(of: value)
        if index >= counts.count { counts += [UInt64](repeating: 0, count: index + 1 - counts.count) }
        counts[index] += times
        count += times
        sum += Double(value) * Double(times)
        largest = max(largest, value)
        smallest = min(smallest, value)
    }

    /// Adds the counts of a histogram of the same precision.
    package mutating func add(_ other: LatencyHistogram) {
        guard other.precision == precision else {
            for (index, number) in other.counts.enumerated() where number > 0 {
                record(other.highest(index), times: number)
            }
            return
        }
        if other.counts.count > counts.count {
            counts += [UInt64](repeating: 0, count: other.counts.count - counts.count)
        }
        for (index, number) in other.counts.enumerated() { counts[index] += number }
        count += other.count
        sum += other.sum
        largest = max(largest, other.largest)
        smallest = min(smallest, other.smallest)
    }

    /// The latency that `percent` of all do not exceed, in microseconds; 0 when empty.
    ///
    /// - Parameter percent: 0 to 100.
    package func percentile(_ percent: Double) -> UInt64 {
        guard count > 0 else { return 0 }
        let wanted = max(1, UInt64((min(max(percent, 0), 100) / 100 * Double(count)).rounded(.up)))
        var seen: UInt64 = 0
        for (index, number) in counts.enumerated() {
            seen += number
            if seen >= wanted { return min(highest(index), largest) }
        }
        return largest
    }

    /// Points of the curve of percentiles: each step halves what is left, with so many points between.
    package func curve(pointsPerHalf: Int = 8) -> [(percent: Double, microseconds: UInt64)] {
        guard count > 0 else { return [] }
        var points: [(Double, UInt64)] = []
        var left = 1.0
        while left * Double(count) >= 0.5 {
            let next = left / 2
            for part in 0..<max(pointsPerHalf, 1) {
                let share = left - (left - next) * Double(part) / Double(max(pointsPerHalf, 1))
                points.append(((1 - share) * 100, percentile((1 - share) * 100)))
            }
            left = next
        }
        return points
    }

    // MARK: Buckets

    private func index(of value: UInt64) -> Int {
        let bits = precision.rawValue
        let width = UInt64.bitWidth - value.leadingZeroBitCount
        guard width > bits else { return Int(value) }
        let shift = width - bits
        let half = 1 << (bits - 1)
        return (1 << bits) + (shift - 1) * half + Int(value >> UInt64(shift)) - half
    }

    /// The longest latency of a bucket.
    private func highest(_ index: Int) -> UInt64 {
        let bits = precision.rawValue
        guard index >= 1 << bits else { return UInt64(index) }
        let half = 1 << (bits - 1)
        let shift = (index - (1 << bits)) / half + 1
        let place = (index - (1 << bits)) % half + half
        return (UInt64(place) + 1) << UInt64(shift) - 1
    }
}
