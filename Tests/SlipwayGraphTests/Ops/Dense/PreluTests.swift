import SlipwayCore
import SlipwayGraph

extension OperationCase {
    static let prelu = OperationCase(
        examples: [
            Example(
                Prelu(),
                [
                    ("input", f32("B", 2), floats([2, 2], [-1, -1, 2, .nan])),
                    ("slope", f32(2), floats([2], [0.25, 3])),
                ],
                gives: f32("B", 2), floats([2, 2], [-0.25, -3, 2, .nan])),
            Example(
                Prelu(),
                [("input", f32("B", 2), floats([1, 2], [-4, -8])), ("slope", f32(1), floats([1], [0.25]))],
                gives: f32("B", 2), floats([1, 2], [-1, -2])),
        ],
        violations: [
            Violation(1, Prelu(), [("input", f32()), ("slope", f32(1))]),
            Violation(2, Prelu(), [("input", f32("B", 2)), ("slope", f32(3))]),
            Violation(2, Prelu(), [("input", f32("B", 2)), ("slope", f32())]),
        ])
}
