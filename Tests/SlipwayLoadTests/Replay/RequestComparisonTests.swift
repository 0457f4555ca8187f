import SlipwayProtocol
import Testing

@testable import SlipwayLoad

struct RequestComparisonTests {
    private func answer(
        _ scores: [Double], raw: [String] = [], generated: [String] = [], ids: [String]? = nil
    ) -> ReplayAnswer {
        var answer = ReplayAnswer()
        answer.outputs = [.init(name: "probs", shape: [scores.count], values: .numbers(scores))]
        func texts(_ rows: [String]) -> [LogRecord.FeatureText] {
            rows.enumerated().map { .init(id: ids?[$0] ?? "i\($0)", text: $1) }
        }
        answer.rawFeatures = texts(raw)
        answer.generatedFeatures = texts(generated)
        return answer
    }

    private func compare(_ first: ReplayAnswer, _ second: ReplayAnswer) -> RequestComparison {
        RequestComparison(first, second, ReplayOptions())
    }

    @Test func equalAnswersDoNotDiffer() {
        let found = compare(answer([1, .nan], raw: ["a:1"]), answer([1 + 5e-6, .nan], raw: ["a:1"]))
        #expect(found.first == nil)
        #expect(found.hasFeatures)
        #expect(abs((found.sizes["probs"] ?? 1) - 5e-6) < 1e-9)
    }

    /// What was sent comes before what was made of it, and that before the scores.
    @Test func theFirstDifferenceIsTheEarliestStage() {
        let one = answer([0.1, 0.2], raw: ["a:1", "a:2 | b:1"], generated: ["g:5", "g:6"])
        let two = answer([0.1, 0.3], raw: ["a:1", "a:2 | b:0"], generated: ["g:4", "g:6"])
        let found = compare(one, two)
        #expect(found.first?.stage == .raw)
        #expect(found.first?.name == "b" && found.first?.item == "i1")
        #expect(found.first?.first == "1" && found.first?.second == "0")
        #expect(found.rawFeatures == ["b"] && found.generatedFeatures == ["g"] && found.outputs == ["probs"])
        let scores = compare(answer([0.1, 0.2]), answer([0.1, 0.3]))
        #expect(scores.first?.stage == .score)
        #expect(scores.first?.item == "value 1")
        #expect(scores.first?.second == "0.3")
        #expect(!scores.hasFeatures)
    }

    /// Maps of other servers have no order.
    @Test func rowsAreMatchedByItem() {
        let one = answer([1, 2], generated: ["g:1", "g:2"], ids: ["x", "y"])
        #expect(compare(one, answer([1, 2], generated: ["g:2", "g:1"], ids: ["y", "x"])).first == nil)
        let other = compare(one, answer([1, 2], generated: ["g:1", "g:2"], ids: ["x", "z"]))
        #expect(other.first?.name == "item y")
    }

    @Test func refusals() {
        let refused = ReplayAnswer(status: 400, problem: "no such column")
        let found = compare(answer([1]), refused)
        #expect(found.first?.stage == .answer)
        #expect(found.first?.second == "400 no such column")
        #expect(compare(refused, refused).first == nil)
        // A side of features alone has no scores to differ in.
        var recorded = ReplayAnswer()
        recorded.generatedFeatures = [.init(id: "i0", text: "g:1")]
        #expect(compare(answer([1], generated: ["g:1"]), recorded).first == nil)
        #expect(compare(answer([1], generated: ["g:2"]), recorded).first?.name == "g")
        #expect(compare(refused, recorded).first?.stage == .answer)
    }

    @Test func outputsOfOtherShapesDiffer() {
        var wide = answer([1, 2])
        wide.outputs?[0].shape = [1, 2]
        #expect(compare(answer([1, 2]), wide).first?.second == "shape [1, 2]")
        var more = answer([1])
        more.outputs?.append(.init(name: "z", shape: [1], values: .wholes([3])))
        #expect(compare(answer([1]), more).first?.name == "z")
        #expect(compare(more, answer([1])).first?.second == "absent")
        var other = more
        other.outputs?[1].values = .wholes([4])
        #expect(compare(more, other).first?.first == "3")
    }
}
