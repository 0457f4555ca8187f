import SlipwayCore
import SlipwayGraph

extension OperationCase {
    static let transpose = OperationCase(
        examples: [
            Example(
                Transpose(permutation: [0, 2, 1]), [("input", f32("B", 2, 3), floats([1, 2, 3], [1, 2, 3, 4, 5, 6]))],
                gives: f32("B", 3, 2), floats([1, 3, 2], [1, 4, 2, 5, 3, 6])),
            Example(
                Transpose(permutation: [2, 0, 1]), [("input", f32(2, 1, 2), floats([2, 1, 2], [1, 2, 3, 4]))],
                gives: f32(2, 2, 1), floats([2, 2, 1], [1, 3, 2, 4])),
            Example(
                Transpose(permutation: [1, 0]), [("input", f32("B", 2), floats([0, 2], []))],
                gives: f32(2, "B"), floats([2, 0], [])),
            Example(Transpose(permutation: []), [("input", f32(), floats([], [5]))], gives: f32(), floats([], [5])),
        ],
        violations: [
            Violation(1, Transpose(permutation: [0]), [("input", i64("B"))]),
            Violation(2, Transpose(permutation: [0, 0]), [("input", f32("B", 2))]),
            Violation(2, Transpose(permutation: [0]), [("input", f32("B", 2))]),
            Violation(2, Transpose(permutation: [0, 2]), [("input", f32("B", 2))]),
        ])
}
