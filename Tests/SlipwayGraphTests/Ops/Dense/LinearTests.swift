import SlipwayCore
import SlipwayGraph

extension OperationCase {
    /// W = [[1, 2], [3, 4], [−1, 0]]: row (1, 1) gives (3, 7, −1), row (2, −1) gives (0, 2, −2).
    static let linear = OperationCase(
        examples: [
            Example(
                Linear(),
                [
                    ("input", f32("B", 2), floats([2, 2], [1, 1, 2, -1])),
                    ("weight", f32(3, 2), floats([3, 2], [1, 2, 3, 4, -1, 0])),
                    ("bias", f32(3), floats([3], [0.5, 0, -0.5])),
                ], gives: f32("B", 3), floats([2, 3], [3.5, 7, -1.5, 0.5, 2, -2.5])),
            Example(
                Linear(),
                [
                    ("input", f32("U", 1, 2, side: .user), floats([2, 1, 2], [1, 1, 2, -1])),
                    ("weight", f32(3, 2), floats([3, 2], [1, 2, 3, 4, -1, 0])),
                ], gives: f32("U", 1, 3, side: .user), floats([2, 1, 3], [3, 7, -1, 0, 2, -2])),
            Example(
                Linear(),
                [("input", f32("B", 2), floats([0, 2], [])), ("weight", f32(1, 2), floats([1, 2], [1, 2]))],
                gives: f32("B", 1), floats([0, 1], [])),
            Example(
                Linear(),
                [
                    ("input", f32("B", 2), floats([2, 2], [.nan, 0, 1, 1])),
                    ("weight", f32(1, 2), floats([1, 2], [0, 2])),
                ], gives: f32("B", 1), floats([2, 1], [.nan, 2])),
        ],
        violations: [
            Violation(1, Linear(), [("input", f32()), ("weight", f32(3, 2))]),
            Violation(1, Linear(), [("input", i64("B", 2)), ("weight", f32(3, 2))]),
            Violation(2, Linear(), [("input", f32("B", 3)), ("weight", f32(3, 2))]),
            Violation(2, Linear(), [("input", f32("B", 2)), ("weight", f32(2))]),
            Violation(3, Linear(), [("input", f32("B", 2)), ("weight", f32(3, 2)), ("bias", f32(2))]),
        ])
}
