import SlipwayCore
import SlipwayGraph
import Testing

/// Ops that move the steps of rows: concat, prepend, tail, truncate, interleave, reverse, and a row repeated.
@Suite struct JaggedMoveTests {
    @Test func longTailIsRefused() {
        let error = #expect(throws: SlipwayError.self) {
            try JaggedTail(symbol: "S:t").evaluate(
                OperandValues([
                    ("values", f32("S", 1), floats([2, 1], [1, 2])), ("lengths", i32("B"), ints([1], [2])),
                    ("tail", i32("B"), ints([1], [3])),
                ]))
        }
        #expect(error?.message == "tail of row 0 is 3, but it has 2 steps")
    }

    @Test func lengthsMustAddUp() {
        let error = #expect(throws: SlipwayError.self) {
            try JaggedReverse().evaluate(
                OperandValues([
                    ("values", f32("S", 1), floats([2, 1], [1, 2])), ("lengths", i32("B"), ints([1], [3])),
                ]))
        }
        #expect(error?.message == "lengths: lengths add up to 3, but there are 2 values")
    }
}

extension OperationCase {
    /// Rows of 2, 0 and 3 steps.
    private static let steps: [(role: String, type: ValueType, value: Tensor)] = [
        ("values", f32("S:g", 1), floats([5, 1], [1, 2, 3, 4, 5])), ("lengths", i32("B"), ints([3], [2, 0, 3])),
    ]

    private static func tail(_ values: [Int64]) -> (role: String, type: ValueType, value: Tensor) {
        ("tail", i32("B"), ints([3], values))
    }

    private static let types: [(role: String, type: ValueType)] = [("values", f32("S:g", 1)), ("lengths", i32("B"))]

    private static func types(
        values: ValueType = f32("S:g", 1), lengths: ValueType = i32("B"), _ others: (String, ValueType)...
    ) -> [(role: String, type: ValueType)] {
        [("values", values), ("lengths", lengths)] + others.map { (role: $0.0, type: $0.1) }
    }

    static let jaggedConcat = OperationCase(
        examples: [
            Example(
                JaggedConcat(symbol: "S:all"),
                [
                    ("left", f32("S:a", 2), floats([3, 2], [1, 2, 3, 4, 5, 6])),
                    ("left_lengths", i32("B"), ints([3], [2, 0, 1])),
                    ("right", f32("S:b", 2), floats([2, 2], [7, 8, 9, 10])),
                    ("right_lengths", i32("B"), ints([3], [1, 1, 0])),
                ], gives: [f32("S:all", 2), i32("B")],
                [floats([5, 2], [1, 2, 3, 4, 7, 8, 9, 10, 5, 6]), ints([3], [3, 1, 1])])
        ],
        violations: [
            Violation(
                1, JaggedConcat(symbol: "S"),
                [
                    ("left", f32("S:a", 2)), ("left_lengths", i32("B")), ("right", f32("S:b", 3)),
                    ("right_lengths", i32("B")),
                ]),
            Violation(
                2, JaggedConcat(symbol: "S"),
                [
                    ("left", f32("S:a", 2)), ("left_lengths", i64("B")), ("right", f32("S:b", 2)),
                    ("right_lengths", i32("B")),
                ]),
            Violation(
                3, JaggedConcat(symbol: "S"),
                [
                    ("left", f32("S:a", 2)), ("left_lengths", i32("B")), ("right", f32("S:b", 2)),
                    ("right_lengths", i32("U")),
                ]),
        ])

    static let jaggedPrepend = OperationCase(
        examples: [
            Example(
                JaggedPrepend(steps: 2, symbol: "S:all"),
                steps + [("prefix", f32("B", 2, 1), floats([3, 2, 1], [10, 11, 20, 21, 30, 31]))],
                gives: [f32("S:all", 1), i32("B")],
                [floats([11, 1], [10, 11, 1, 2, 20, 21, 30, 31, 3, 4, 5]), ints([3], [4, 2, 5])]),
            Example(
                JaggedPrepend(steps: 1, symbol: "S:all"), steps, gives: [f32("S:all", 1), i32("B")],
                [floats([8, 1], [0, 1, 2, 0, 0, 3, 4, 5]), ints([3], [3, 1, 4])]),
        ],
        violations: [
            Violation(1, JaggedPrepend(steps: 1, symbol: "S"), types(values: i64("S:g", 1))),
            Violation(2, JaggedPrepend(steps: 1, symbol: "S"), types(lengths: i32("B", 1))),
            Violation(3, JaggedPrepend(steps: 1, symbol: "S"), types(("prefix", f32("B", 2, 1)))),
            Violation(4, JaggedPrepend(steps: 0, symbol: "S"), types),
        ])

    static let jaggedTail = OperationCase(
        examples: [
            Example(
                JaggedTail(symbol: "S:t"), steps + [tail([1, 0, 2])], gives: f32("S:t", 1),
                floats([3, 1], [2, 4, 5]))
        ],
        violations: [
            Violation(1, JaggedTail(symbol: "S"), types(values: f32("S:g"), ("tail", i32("B")))),
            Violation(2, JaggedTail(symbol: "S"), types(lengths: i64("B"), ("tail", i32("B")))),
            Violation(3, JaggedTail(symbol: "S"), types(("tail", i32("U")))),
        ])

    static let jaggedTruncate = OperationCase(
        examples: [
            // One step in front, then the last one of the middle, then the tail.
            Example(
                JaggedTruncate(prefix: 1, limit: 1, symbol: "S:cut"),
                [
                    ("values", f32("S:g", 1), floats([9, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9])),
                    ("lengths", i32("B"), ints([3], [5, 1, 3])), tail([1, 0, 2]),
                ], gives: [f32("S:cut", 1), i32("B")],
                [floats([7, 1], [1, 4, 5, 6, 7, 8, 9]), ints([3], [3, 1, 3])])
        ],
        violations: [
            Violation(1, JaggedTruncate(prefix: 0, limit: 1, symbol: "S"), types(values: i32("S"), ("tail", i32("B")))),
            Violation(
                2, JaggedTruncate(prefix: 0, limit: 1, symbol: "S"), types(lengths: i64("B"), ("tail", i32("B")))),
            Violation(
                2, JaggedTruncate(prefix: 2, limit: 1, symbol: "S"), types(("tail", i32("B"))),
                values: [floats([1, 1], [1]), ints([1], [1]), ints([1], [0])]),
            Violation(3, JaggedTruncate(prefix: 0, limit: 1, symbol: "S"), types(("tail", i64("B")))),
            Violation(4, JaggedTruncate(prefix: -1, limit: 1, symbol: "S"), types(("tail", i32("B")))),
        ])

    static let jaggedInterleave = OperationCase(
        examples: [
            Example(
                JaggedInterleave(symbol: "S:turns"),
                [
                    ("a", f32("S:g", 1), floats([5, 1], [1, 2, 3, 4, 5])),
                    ("b", f32("S:g", 1), floats([5, 1], [10, 20, 30, 40, 50])),
                    ("lengths", i32("B"), ints([3], [2, 0, 3])), tail([1, 0, 0]),
                ], gives: [f32("S:turns", 1), i32("B")],
                [floats([9, 1], [1, 10, 2, 3, 30, 4, 40, 5, 50]), ints([3], [3, 0, 6])])
        ],
        violations: [
            Violation(
                1, JaggedInterleave(symbol: "S"),
                [("a", f32("S")), ("b", f32("S")), ("lengths", i32("B")), ("tail", i32("B"))]),
            Violation(
                2, JaggedInterleave(symbol: "S"),
                [("a", f32("S", 1)), ("b", f32("S", 2)), ("lengths", i32("B")), ("tail", i32("B"))]),
            Violation(
                3, JaggedInterleave(symbol: "S"),
                [("a", f32("S", 1)), ("b", f32("S", 1)), ("lengths", i64("B")), ("tail", i32("B"))]),
            Violation(
                4, JaggedInterleave(symbol: "S"),
                [("a", f32("S", 1)), ("b", f32("S", 1)), ("lengths", i32("B")), ("tail", i32("U"))]),
        ])

    static let jaggedReverse = OperationCase(
        examples: [
            Example(JaggedReverse(), steps, gives: f32("S:g", 1), floats([5, 1], [2, 1, 5, 4, 3]))
        ],
        violations: [
            Violation(1, JaggedReverse(), types(values: f32("S:g"))),
            Violation(2, JaggedReverse(), types(lengths: i64("B"))),
        ])

    static let jaggedMatmul = OperationCase(
        examples: [
            Example(
                JaggedMatmul(),
                [
                    ("values", f32("S:g", 2), floats([3, 2], [1, 2, 3, 4, 5, 6])),
                    ("lengths", i32("B"), ints([2], [2, 1])),
                    ("weights", f32("B", 2, 1), floats([2, 2, 1], [10, 1, 0.5, 2])),
                ], gives: f32("S:g", 1), floats([3, 1], [12, 34, 14.5]))
        ],
        violations: [
            Violation(1, JaggedMatmul(), types(values: f32("S:g"), ("weights", f32("B", 1, 2)))),
            Violation(2, JaggedMatmul(), types(lengths: i64("B"), ("weights", f32("B", 1, 2)))),
            Violation(3, JaggedMatmul(), types(("weights", f32("B", 2, 2)))),
        ])

    static let rowExpand = OperationCase(
        examples: [
            Example(
                RowExpand(),
                [("row", f32(1, 2), floats([1, 2], [7, 8])), ("like", f32("S:g", 1), floats([2, 1], [0, 0]))],
                gives: f32("S:g", 2), floats([2, 2], [7, 8, 7, 8]))
        ],
        violations: [
            Violation(1, RowExpand(), [("row", f32(2, 2)), ("like", f32("S:g", 1))]),
            Violation(2, RowExpand(), [("row", f32(1, 2)), ("like", f32())]),
        ])
}
