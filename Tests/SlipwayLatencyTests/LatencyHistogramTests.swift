import SlipwayTestSupport
import Testing

@testable import SlipwayLatency

struct LatencyHistogramTests {
    /// The smallest value that so many percent of the sorted values do not exceed.
    private func exact(_ sorted: [UInt64], _ percent: Double) -> UInt64 {
        sorted[max(0, Int((percent / 100 * Double(sorted.count)).rounded(.up)) - 1)]
    }

    @Test(
        "percentiles are those of the sorted values, within the precision",
        arguments: [(LatencyHistogram.Precision.permille, 0.001), (.percent, 0.01)])
    func percentiles(_ precision: LatencyHistogram.Precision, _ error: Double) {
        var numbers = SeededRandom(seed: 7)
        var histogram = LatencyHistogram(precision)
        // From microseconds to hours, as many of each size.
        let values = (0..<20_000).map { _ in
            UInt64.random(in: 0...(1 << UInt64.random(in: 0...33, using: &numbers)), using: &numbers)
        }
        for value in values { histogram.record(value) }
        let sorted = values.sorted()
        for percent in [0, 1, 25, 50, 75, 90, 99, 99.9, 99.99, 100] {
            let expected = exact(sorted, percent)
            let found = histogram.percentile(percent)
            #expect(found >= expected, "\(percent)")
            #expect(Double(found) <= Double(expected) * (1 + error) + 0.5, "\(percent): \(found), \(expected)")
        }
        #expect(histogram.count == 20_000)
        #expect(histogram.largest == sorted.last)
        #expect(histogram.smallest == sorted.first)
        let mean = values.reduce(0.0) { $0 + Double($1) } / 20_000
        #expect(abs(histogram.mean - mean) <= mean * 1e-9)
    }

    @Test func smallValuesAreExact() {
        var histogram = LatencyHistogram()
        for value in 1...1000 as ClosedRange<UInt64> { histogram.record(value) }
        #expect([0, 0.1, 50, 99, 99.95, 100].map { histogram.percentile($0) } == [1, 1, 500, 990, 1000, 1000])
    }

    @Test func sumsOfHistogramsAreThoseOfAllValues() {
        var first = LatencyHistogram()
        var second = LatencyHistogram()
        var all = LatencyHistogram()
        var other = LatencyHistogram(.percent)
        for value in stride(from: UInt64(1), to: 5_000_000, by: 977) {
            value % 2 == 0 ? first.record(value) : second.record(value)
            all.record(value)
            other.record(value)
        }
        first.add(second)
        for percent in [1, 50, 99, 100.0] { #expect(first.percentile(percent) == all.percentile(percent)) }
        #expect(first.mean == all.mean && first.count == all.count)
        var mixed = LatencyHistogram()
        mixed.add(other)
        #expect(mixed.count == all.count)
        #expect(abs(Double(mixed.percentile(50)) / Double(all.percentile(50)) - 1) <= 0.01)
    }

    @Test func theEndsAreHeld() {
        var histogram = LatencyHistogram()
        #expect(histogram.percentile(99) == 0 && histogram.mean == 0 && histogram.curve().isEmpty)
        histogram.record(.max)
        histogram.record(0)
        #expect(histogram.percentile(100) == LatencyHistogram.longest)
        #expect(histogram.percentile(50) == 0)
        #expect(histogram.percentile(1000) == histogram.percentile(100))
    }

    @Test func theCurveRisesToTheLongest() {
        var histogram = LatencyHistogram()
        for value in 1...10_000 as ClosedRange<UInt64> { histogram.record(value) }
        let curve = histogram.curve(pointsPerHalf: 4)
        #expect(curve.first.map { $0.percent } == 0)
        #expect(
            zip(curve, curve.dropFirst()).allSatisfy { $0.percent < $1.percent && $0.microseconds <= $1.microseconds })
        // Told by the upper end of its bucket, four wide.
        #expect(curve.first { $0.percent == 50 }.map { $0.microseconds } == 5003)
        #expect((curve.last?.percent ?? 0) > 99.99)
    }
}
