import SlipwayCore
import SlipwayGraph

extension OperationCase {
    static let affine = OperationCase(
        examples: [
            Example(
                Affine(scale: -2, shift: 0.5), [("input", f32("B", 2), floats([2, 2], [1, 0, -3, .nan]))],
                gives: f32("B", 2), floats([2, 2], [-1.5, 0.5, 6.5, .nan])),
            Example(
                Affine(scale: 3), [("input", f32("U", side: .user), floats([0], []))],
                gives: f32("U", side: .user), floats([0], [])),
        ],
        violations: [Violation(1, Affine(scale: 1), [("input", i64("B"))])])
}
