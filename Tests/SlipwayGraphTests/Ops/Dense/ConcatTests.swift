import SlipwayCore
import SlipwayGraph

extension OperationCase {
    static let concat = OperationCase(
        examples: [
            Example(
                Concat(axis: 1),
                [
                    ("input", f32("B", 2), floats([2, 2], [1, 2, 3, 4])),
                    ("input", f32("B", 1), floats([2, 1], [5, 6])),
                    ("input", f32("B", 0), floats([2, 0], [])),
                ], gives: f32("B", 3), floats([2, 3], [1, 2, 5, 3, 4, 6])),
            Example(
                Concat(axis: 0),
                [("input", f32(1, 2), floats([1, 2], [1, 2])), ("input", f32(1, 2), floats([1, 2], [3, 4]))],
                gives: f32(2, 2), floats([2, 2], [1, 2, 3, 4])),
            Example(
                Concat(axis: 1),
                [
                    ("input", f32("U", 1, 2, side: .user), floats([2, 1, 2], [1, 2, 3, 4])),
                    ("input", f32("U", 1, 2, side: .user), floats([2, 1, 2], [5, 6, 7, 8])),
                ], gives: f32("U", 2, 2, side: .user), floats([2, 2, 2], [1, 2, 5, 6, 3, 4, 7, 8])),
        ],
        violations: [
            Violation(1, Concat(axis: 0), []),
            Violation(1, Concat(axis: 0), [("input", f32(2)), ("input", f32(2, 2))]),
            Violation(1, Concat(axis: 0), [("input", i64(2))]),
            Violation(2, Concat(axis: 2), [("input", f32("B", 2))]),
            Violation(2, Concat(axis: -1), [("input", f32("B", 2))]),
            Violation(2, Concat(axis: 0), [("input", f32("B", 2))]),
            Violation(2, Concat(axis: 0), [("input", f32(.fixed(.max))), ("input", f32(1))]),
            Violation(3, Concat(axis: 1), [("input", f32("B", 2)), ("input", f32("U", 2, side: .user))]),
        ])
}
