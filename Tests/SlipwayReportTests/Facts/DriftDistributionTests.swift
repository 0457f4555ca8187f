import Testing

@testable import SlipwayReport

@Suite struct DriftDistributionTests {
    @Test func quantilesMeanAndBins() {
        // Differences 1, −1, 2 and −4 halves: exact in binary.
        let drift = DriftDistribution(actual: [1.5, 0.5, 3, 2], reference: [1, 1, 2, 4])
        #expect(drift.count == 4)
        #expect(drift.mean == -0.25)
        #expect(drift.meanAbsolute == 1)
        #expect(drift.largest == 2)
        #expect(drift.quantiles.map(\.value) == [0.5, 2, 2, 2])
        #expect(drift.bins.reduce(0, +) == 4)
        #expect(drift.bins.first == 1)
        // 1 of ±2 lies at three quarters of 41 bins.
        #expect(drift.bins[30] == 1)
        #expect(drift.referenceRange == 1...4)
    }

    @Test func equalScoresStandInTheMiddle() {
        let drift = DriftDistribution(actual: [1, 2], reference: [1, 2])
        #expect(drift.largest == 0)
        #expect(drift.bins[20] == 2)
    }

    @Test func whatIsNotFiniteIsCountedApart() {
        let drift = DriftDistribution(
            actual: [.nan, 1, .infinity, .nan], reference: [1, 1, .infinity, .nan])
        #expect(drift.count == 1)
        #expect(drift.nanCount == 1)
        #expect(DriftDistribution(actual: [], reference: []).largest == 0)
    }
}
