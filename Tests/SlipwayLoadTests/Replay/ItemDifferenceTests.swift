import SlipwayProtocol
import Testing

@testable import SlipwayLoad

struct ItemDifferenceTests {
    private func difference(
        _ first: [String], _ second: [String], _ scores: [Double]? = nil, _ others: [Double]? = nil
    ) -> ItemDifference? {
        ItemDifference(
            .init(ids: first, scores: scores), .init(ids: second, scores: others ?? scores), tolerance: 1e-5)
    }

    @Test func equalListsDoNotDiffer() {
        #expect(difference([], []) == nil)
        #expect(difference(["a", "b"], ["a", "b"]) == nil)
        #expect(difference(["a", "b"], ["a", "b"], [2, 1]) == nil)
    }

    @Test func theFirstPlaceIsNamed() {
        let swapped = difference(["a", "b", "c"], ["a", "c", "b"])
        #expect(swapped?.place == 1 && swapped?.first == "b" && swapped?.second == "c")
        let far = difference(["a", "b", "c"], ["a", "c", "b"], [3, 2, 1])
        #expect(far?.place == 1)
        let longer = difference(["a"], ["a", "b"])
        #expect(longer?.place == nil && longer?.first == "1 items" && longer?.second == "2 items")
    }

    /// Items as near as each other have no order.
    @Test func nearItemsMayChangePlaces() {
        #expect(difference(["a", "b", "c"], ["b", "a", "c"], [2, 2 + 1e-6, 1]) == nil)
        #expect(difference(["a", "b", "c"], ["c", "a", "b"], [1, 1, 1]) == nil)
        // Relative to scores above 1, absolute below: 1000 and 1000.005 are near, 0.1 and 0.1001 are not.
        #expect(difference(["a", "b"], ["b", "a"], [1000.005, 1000]) == nil)
        #expect(difference(["a", "b"], ["b", "a"], [0.1001, 0.1])?.place == 0)
    }

    /// At the end of the list, which of the near ones is in it is chance; higher up it is not.
    @Test func theLastMayBeAnother() {
        #expect(difference(["a", "b"], ["a", "x"], [2, 1]) == nil)
        let missing = difference(["a", "b", "c"], ["a", "x", "c"], [3, 2, 1])
        #expect(missing?.place == 1 && missing?.first == "b" && missing?.second == "x")
        #expect(difference(["a", "b"], ["a", "x"])?.place == 1)
    }

    @Test func scoresOfAnotherLengthOrNoneAreNoReason() {
        #expect(difference(["a", "b"], ["b", "a"], [], [])?.place == 0)
        #expect(difference(["a", "b"], ["b", "a"], [.nan, .nan])?.place == 0)
    }

    @Test func answersAreHeldByItemBeforeScore() {
        func answer(_ items: [String], _ scores: [Double]) -> ReplayAnswer {
            var answer = ReplayAnswer()
            answer.items = items
            answer.outputs = [
                .init(name: "match_item_scores", shape: [scores.count], values: .numbers(scores))
            ]
            return answer
        }
        let found = RequestComparison(answer(["a", "b"], [2, 1]), answer(["b", "a"], [2, 0.5]), ReplayOptions())
        #expect(found.first?.stage == .items && found.first?.name == "item_ids" && found.first?.item == "place 0")
        #expect(found.first?.first == "a" && found.first?.second == "b")
        #expect(found.hasOtherItems && found.outputs == ["match_item_scores"])
        // A side that tells no items is not held to them.
        #expect(RequestComparison(answer(["a"], [1]), answer([], [1]), ReplayOptions()).first == nil)
    }
}
