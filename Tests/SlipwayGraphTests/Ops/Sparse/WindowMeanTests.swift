import SlipwayCore
import SlipwayGraph

extension OperationCase {
    private static let rows: [(role: String, type: ValueType, value: Tensor)] = [
        ("values", f32("S:g", 1), floats([6, 1], [1, 2, 4, 6, 9, 5])), ("lengths", i32("B"), ints([3], [5, 0, 1])),
    ]

    static let windowMean = OperationCase(
        examples: [
            // Row 0 holds 1 | 2, 4 | 6 and 9 is beyond the windows; row 2 reaches the first window only.
            Example(
                WindowMean(windows: [1, 2, 1]), rows, gives: f32("B", 3, 1),
                floats([3, 3, 1], [1, 3, 6, 0, 0, 0, 5, 0, 0])),
            Example(
                WindowMean(windows: [4]), rows, gives: f32("B", 1, 1), floats([3, 1, 1], [3.25, 0, 5])),
        ],
        violations: [
            Violation(1, WindowMean(windows: [1]), [("values", i64("S:g", 2)), ("lengths", i32("B"))]),
            Violation(2, WindowMean(windows: [1]), [("values", f32("S:g", 2)), ("lengths", i64("B"))]),
            Violation(3, WindowMean(windows: [1, 0]), [("values", f32("S:g", 2)), ("lengths", i32("B"))]),
            Violation(3, WindowMean(windows: []), [("values", f32("S:g", 2)), ("lengths", i32("B"))]),
        ])
}
