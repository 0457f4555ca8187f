import SlipwayCore
import SlipwayGraph
import Testing

@Suite struct JaggedExpandTests {
    @Test func negativeLengthIsRefused() {
        let error = #expect(throws: SlipwayError.self) {
            try JaggedExpand(symbol: "S:g").evaluate(
                OperandValues([("rows", f32("B", 1), floats([1, 1], [1])), ("lengths", i32("B"), ints([1], [-1]))]))
        }
        #expect(error?.message == "jagged_expand: length of row 0 is -1")
    }
}

extension OperationCase {
    private static let expand = JaggedExpand(symbol: "S:g")

    static let jaggedExpand = OperationCase(
        examples: [
            Example(
                expand,
                [
                    ("rows", f32("U", 2, side: .user), floats([3, 2], [1, 2, 3, 4, 5, 6])),
                    ("lengths", i32("U", side: .user), ints([3], [2, 0, 1])),
                ], gives: f32("S:g", 2, side: .user), floats([3, 2], [1, 2, 1, 2, 5, 6])),
            Example(
                expand, [("rows", f32("B", 0), floats([2, 0], [])), ("lengths", i32("B"), ints([2], [2, 1]))],
                gives: f32("S:g", 0), floats([3, 0], [])),
        ],
        violations: [
            Violation(1, expand, [("rows", f32("B")), ("lengths", i32("B"))]),
            Violation(2, expand, [("rows", f32("B", 2)), ("lengths", i32("U"))]),
        ])
}
