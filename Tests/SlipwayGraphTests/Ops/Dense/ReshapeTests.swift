import SlipwayCore
import SlipwayGraph

extension OperationCase {
    static let reshape = OperationCase(
        examples: [
            Example(
                Reshape(tail: [3, 2]), [("input", f32("B", 6), floats([1, 6], [1, 2, 3, 4, 5, 6]))],
                gives: f32("B", 3, 2), floats([1, 3, 2], [1, 2, 3, 4, 5, 6])),
            Example(
                Reshape(tail: []), [("input", f32("B", 1), floats([2, 1], [1, 2]))], gives: f32("B"),
                floats([2], [1, 2])),
            Example(
                Reshape(tail: [1, 2]), [("input", i64("B", 2), ints([1, 2], [1 << 40, -1]))],
                gives: i64("B", 1, 2), ints([1, 1, 2], [1 << 40, -1])),
        ],
        violations: [
            Violation(1, Reshape(tail: [1]), [("input", f32())]),
            Violation(1, Reshape(tail: [1]), [("input", f32("B", "T:g"))]),
            Violation(2, Reshape(tail: [4]), [("input", f32("B", 6))]),
            Violation(2, Reshape(tail: [-2, -3]), [("input", f32("B", 6))]),
            Violation(2, Reshape(tail: [1 << 32, 1 << 32]), [("input", f32("B", 0))]),
            Violation(2, Reshape(tail: [.min, .min]), [("input", f32("B", 0))]),
            Violation(2, Reshape(tail: [1]), [("input", f32("B", .fixed(.max), .fixed(.max)))]),
        ])
}
