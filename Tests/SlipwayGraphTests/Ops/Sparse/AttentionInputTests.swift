import SlipwayCore
import SlipwayGraph

extension OperationCase {
    /// Row 0 has two steps, row 1 none, row 2 one; the query of width 1 is filled up to (q, 0).
    static let attentionInput = OperationCase(
        examples: [
            Example(
                AttentionInput(),
                [
                    ("query", f32("B", 1), floats([3, 1], [2, 9, -1])),
                    ("sequence", f32("S:g", 2), floats([3, 2], [1, 2, 3, 4, 5, 6])),
                    ("lengths", i32("B"), ints([3], [2, 0, 1])),
                ], gives: f32("S:g", 8),
                floats(
                    [3, 8],
                    [2, 0, 1, 2, 1, -2, 2, 0, 2, 0, 3, 4, -1, -4, 6, 0, -1, 0, 5, 6, -6, -6, -5, 0])),
            Example(
                AttentionInput(),
                [
                    ("query", f32("U", 1, side: .user), floats([0, 1], [])),
                    ("sequence", f32("S:g", 1, side: .user), floats([0, 1], [])),
                    ("lengths", i32("U", side: .user), ints([0], [])),
                ], gives: f32("S:g", 4, side: .user), floats([0, 4], [])),
        ],
        violations: [
            Violation(
                1, AttentionInput(), [("query", f32("B", 1)), ("sequence", f32("B", 2, 2)), ("lengths", i32("B"))]),
            Violation(
                1, AttentionInput(), [("query", f32("B", 1)), ("sequence", f32("S:g", "D")), ("lengths", i32("B"))]),
            Violation(
                1, AttentionInput(),
                [("query", f32("B", 1)), ("sequence", f32("S:g", .fixed(.max))), ("lengths", i32("B"))]),
            Violation(
                2, AttentionInput(), [("query", f32("B", 3)), ("sequence", f32("S:g", 2)), ("lengths", i32("B"))]),
            Violation(
                2, AttentionInput(), [("query", f32("B", "D")), ("sequence", f32("S:g", 2)), ("lengths", i32("B"))]),
            Violation(
                3, AttentionInput(), [("query", f32("B", 2)), ("sequence", f32("S:g", 2)), ("lengths", i32("U"))]),
        ])
}
