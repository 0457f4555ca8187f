import SlipwayCore
import SlipwayGraph
import Testing

@Suite struct JaggedAlignTests {
    @Test func negativeTargetIsRefused() {
        let error = #expect(throws: SlipwayError.self) {
            try JaggedAlign(symbol: "S:g").evaluate(
                OperandValues([
                    ("values", f32("S", 1), floats([1, 1], [1])), ("lengths", i32("B"), ints([1], [1])),
                    ("target", i32("B"), ints([1], [-2])),
                ]))
        }
        #expect(error?.message == "jagged_align target: length of row 0 is -2")
    }
}

extension OperationCase {
    private static let align = JaggedAlign(symbol: "S:g")

    /// Rows of 2, 0 and 1 steps to 1, 2 and 2.
    static let jaggedAlign = OperationCase(
        examples: [
            Example(
                align,
                [
                    ("values", f32("S:f", 2), floats([3, 2], [1, 2, 3, 4, 5, 6])),
                    ("lengths", i32("B"), ints([3], [2, 0, 1])), ("target", i32("B"), ints([3], [1, 2, 2])),
                ], gives: f32("S:g", 2), floats([5, 2], [1, 2, 0, 0, 0, 0, 5, 6, 0, 0]))
        ],
        violations: [
            Violation(1, align, [("values", f32("S:f")), ("lengths", i32("B")), ("target", i32("B"))]),
            Violation(2, align, [("values", f32("S:f", 2)), ("lengths", i64("B")), ("target", i64("B"))]),
            Violation(3, align, [("values", f32("S:f", 2)), ("lengths", i32("B")), ("target", i32("U"))]),
            Violation(3, align, [("values", f32("S:f", 2)), ("lengths", i32("B")), ("target", i32("B", side: .user))]),
        ])
}
