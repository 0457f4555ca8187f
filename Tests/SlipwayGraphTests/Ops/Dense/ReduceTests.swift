import SlipwayCore
import SlipwayGraph
import Testing

@Suite struct ReduceTests {
    @Test func everyFunctionHasAnExample() {
        let tested = OperationCase.reduce.examples.compactMap { ($0.operation as? Reduce)?.function }
        #expect(Set(tested) == Set(Reduce.Function.allCases))
    }
}

extension OperationCase {
    static let reduce = OperationCase(
        examples: [
            Example(
                Reduce(.sum, axis: 1), [("input", f32("B", 2, 3), floats([1, 2, 3], [1, 2, 3, 10, 20, 30]))],
                gives: f32("B", 3), floats([1, 3], [11, 22, 33])),
            Example(
                Reduce(.mean, axis: 2, keep: true),
                [("input", f32("B", 2, 3), floats([1, 2, 3], [1, 2, 3, 10, 20, 30]))],
                gives: f32("B", 2, 1), floats([1, 2, 1], [2, 20])),
            Example(
                Reduce(.maximum, axis: 1),
                [("input", f32("U", 3, side: .user), floats([3, 3], [1, .nan, 3, -5, -2, -9, .nan, 0, 0]))],
                gives: f32("U", side: .user), floats([3], [.nan, -2, .nan])),
            Example(
                Reduce(.sum, axis: 1), [("input", f32("B", "T:g", 1), floats([2, 0, 1], []))],
                gives: f32("B", 1), floats([2, 1], [0, 0])),
        ],
        violations: [
            Violation(1, Reduce(.sum, axis: 1), [("input", i64("B", 2))]),
            Violation(2, Reduce(.sum, axis: 0), [("input", f32("B", 2))]),
            Violation(2, Reduce(.sum, axis: 2), [("input", f32("B", 2))]),
        ])
}
