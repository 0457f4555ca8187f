import Foundation
import SlipwayCore
import SlipwayGraph

extension OperationCase {
    private static let pair: [(role: String, type: ValueType)] = [
        ("query", f32("S:g", 2)), ("key", f32("S:g", 2)), ("value", f32("S:g", 2)),
    ]

    static let jaggedAttention = OperationCase(
        examples: [
            // Two heads of one column. Row 0: scores of head 0 are 0, ln 3 and 0, 0; those of head 1 are all 0. Row 1 is one
            // step, which attends to itself.
            Example(
                JaggedAttention(heads: 2),
                [
                    ("query", f32("S:g", 2), floats([3, 2], [1, 0, 0, 0, 7, 7])),
                    ("key", f32("S:g", 2), floats([3, 2], [0, 5, Float(log(3.0)), 6, 1, 1])),
                    ("value", f32("S:g", 2), floats([3, 2], [4, 2, 8, 6, 3, 9])),
                    ("lengths", i32("B"), ints([3], [2, 0, 1])),
                ], gives: f32("S:g", 2), floats([3, 2], [7, 4, 6, 4, 3, 9])),
            // One head of four columns: the score 2 · ln 3 is divided by 2.
            Example(
                JaggedAttention(heads: 1),
                [
                    ("query", f32("S:g", 4), floats([2, 4], [2, 0, 0, 0, 0, 0, 0, 0])),
                    ("key", f32("S:g", 4), floats([2, 4], [0, 0, 0, 0, Float(log(3.0)), 0, 0, 0])),
                    ("value", f32("S:g", 4), floats([2, 4], [0, 4, 0, 0, 4, 0, 0, 8])),
                    ("lengths", i32("B"), ints([1], [2])),
                ], gives: f32("S:g", 4), floats([2, 4], [3, 1, 0, 6, 2, 2, 0, 4])),
        ],
        violations: [
            Violation(
                1, JaggedAttention(heads: 1),
                [("query", f32("S:g")), ("key", f32("S:g")), ("value", f32("S:g")), ("lengths", i32("B"))]),
            Violation(
                2, JaggedAttention(heads: 1),
                [("query", f32("S:g", 2)), ("key", f32("S:g", 3)), ("value", f32("S:g", 2)), ("lengths", i32("B"))]),
            Violation(3, JaggedAttention(heads: 1), pair + [("lengths", i64("B"))]),
            Violation(4, JaggedAttention(heads: 3), pair + [("lengths", i32("B"))]),
            Violation(4, JaggedAttention(heads: 0), pair + [("lengths", i32("B"))]),
        ])
}
