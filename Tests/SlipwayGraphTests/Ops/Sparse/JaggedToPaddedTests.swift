import SlipwayCore
import SlipwayGraph

extension OperationCase {
    private static let steps: [(role: String, type: ValueType, value: Tensor)] = [
        ("values", f32("S:g", 1), floats([4, 1], [1, 2, 3, 4])), ("lengths", i32("B"), ints([3], [3, 0, 1])),
    ]

    static let jaggedToPadded = OperationCase(
        examples: [
            Example(
                JaggedToPadded(symbol: "T:g"), steps,
                gives: f32("B", "T:g", 1), floats([3, 3, 1], [1, 2, 3, 0, 0, 0, 4, 0, 0])),
            Example(
                JaggedToPadded(maximum: 2, symbol: "T:g"), steps,
                gives: f32("B", "T:g", 1), floats([3, 2, 1], [1, 2, 0, 0, 4, 0])),
            // The maximum does not lengthen.
            Example(
                JaggedToPadded(maximum: 9, symbol: "T:g"), steps,
                gives: f32("B", "T:g", 1), floats([3, 3, 1], [1, 2, 3, 0, 0, 0, 4, 0, 0])),
            Example(
                JaggedToPadded(symbol: "T:g"),
                [("values", f32("S:g", 1), floats([0, 1], [])), ("lengths", i32("B"), ints([2], [0, 0]))],
                gives: f32("B", "T:g", 1), floats([2, 0, 1], [])),
        ],
        violations: [
            Violation(1, JaggedToPadded(symbol: "T"), [("values", f32("S:g")), ("lengths", i32("B"))]),
            Violation(2, JaggedToPadded(symbol: "T"), [("values", f32("S:g", 1)), ("lengths", i32())]),
            Violation(3, JaggedToPadded(maximum: -1, symbol: "T"), [("values", f32("S:g", 1)), ("lengths", i32("B"))]),
        ])
}
