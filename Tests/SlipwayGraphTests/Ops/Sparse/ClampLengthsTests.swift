import SlipwayCore
import SlipwayGraph

extension OperationCase {
    static let clampLengths = OperationCase(
        examples: [
            Example(
                ClampLengths(maximum: 3), [("lengths", i32("B"), ints([4], [0, 2, 3, 70]))],
                gives: i32("B"), ints([4], [0, 2, 3, 3]))
        ],
        violations: [
            Violation(1, ClampLengths(maximum: 3), [("lengths", i64("B"))]),
            Violation(1, ClampLengths(maximum: 3), [("lengths", i32("B", 1))]),
            Violation(2, ClampLengths(maximum: -1), [("lengths", i32("B"))]),
        ])
}
