import SlipwayCore
import SlipwayGraph

extension OperationCase {
    /// Fields (1, 2), (3, 0), (−1, 1): products 3, 1, −3.
    static let pairwiseDot = OperationCase(
        examples: [
            Example(
                PairwiseDot(), [("input", f32("B", 3, 2), floats([1, 3, 2], [1, 2, 3, 0, -1, 1]))],
                gives: f32("B", 3), floats([1, 3], [3, 1, -3])),
            Example(
                PairwiseDot(), [("input", f32("B", 1, 2), floats([2, 1, 2], [1, 2, 3, 4]))],
                gives: f32("B", 0), floats([2, 0], [])),
            Example(
                PairwiseDot(), [("input", f32("B", 0, 2), floats([1, 0, 2], []))],
                gives: f32("B", 0), floats([1, 0], [])),
        ],
        violations: [
            Violation(1, PairwiseDot(), [("input", f32("B", 4))]),
            Violation(1, PairwiseDot(), [("input", f32("B", .fixed(.max), 2))]),
        ])
}
