import Testing

@testable import SlipwayReport

@Suite struct RankQualityTests {
    @Test func sharesOfOrderedPairs() {
        // Positives 0.4 and 0.9, negatives 0.1 and 0.5: three of four pairs stand in order.
        #expect(RankQuality.auc([0.1, 0.4, 0.5, 0.9], labels: [0, 1, 0, 1]) == 0.75)
        #expect(RankQuality.auc([3, 2, 1], labels: [0, 0, 1]) == 0)
        #expect(RankQuality.auc([1, 2, 3], labels: [0, 0, 1]) == 1)
    }

    @Test func tiesCountHalf() {
        #expect(RankQuality.auc([0.5, 0.5], labels: [0, 1]) == 0.5)
        // The positive at 2 is above 1, ties with 2: 1.5 of 2 pairs.
        #expect(RankQuality.auc([1, 2, 2], labels: [0, 1, 0]) == 0.75)
    }

    @Test func whatIsNoClassificationHasNone() {
        #expect(RankQuality.auc([1, 2], labels: [1, 1]) == nil)
        #expect(RankQuality.auc([1, 2], labels: [0, 3]) == nil)
        #expect(RankQuality.auc([1, .nan], labels: [0, 1]) == nil)
        #expect(RankQuality.auc([1], labels: [0, 1]) == nil)
    }
}
