import SlipwayCore
import SlipwayGraph

extension OperationCase {
    static let orthogonalMatrix = OperationCase(
        examples: [
            Example(
                // v = (1, 1), so H swaps the axes and turns both.
                OrthogonalMatrix(),
                [
                    ("original", f32(2, 1), floats([2, 1], [-1, 1])),
                    ("base", f32(2, 2), floats([2, 2], [1, 2, 3, 4])),
                ],
                gives: f32(2, 1), floats([2, 1], [2, 4])),
            Example(
                // PyTorch's numbers; those above the diagonal count for nothing.
                OrthogonalMatrix(),
                [
                    ("original", f32(3, 2), floats([3, 2], [-1, 7, 0.5, 1.9, -2, 0.25])),
                    ("base", f32(3, 3), floats([3, 3], [1, 2, 3, 0, 1, -1, 2, 0, 1])),
                ],
                gives: f32(3, 2), floats([3, 2], [-2.5238097, -2.4145658, 0.95238096, -0.8879552, -2, -0.47058824])),
        ],
        violations: [
            Violation(1, OrthogonalMatrix(), [("original", f32("B", 2)), ("base", f32(2, 2))]),
            Violation(1, OrthogonalMatrix(), [("original", f32(2, 2)), ("base", f32(2, 2))]),
            Violation(1, OrthogonalMatrix(), [("original", i64(3, 2)), ("base", f32(3, 3))]),
            Violation(2, OrthogonalMatrix(), [("original", f32(3, 2)), ("base", f32(3, 2))]),
            Violation(2, OrthogonalMatrix(), [("original", f32(3, 2)), ("base", f32(2, 2))]),
        ])
}
