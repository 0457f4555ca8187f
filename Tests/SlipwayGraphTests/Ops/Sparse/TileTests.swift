import SlipwayCore
import SlipwayGraph
import Testing

@Suite struct TileTests {
    @Test func negativeCountIsRefused() {
        let error = #expect(throws: SlipwayError.self) {
            try Tile().evaluate(
                OperandValues([
                    ("rows", f32("U", 1, side: .user), floats([2, 1], [1, 2])),
                    ("count", i32("U"), ints([2], [1, -3])),
                ]))
        }
        #expect(error?.message == "tile: length of row 1 is -3")
    }
}

extension OperationCase {
    static let tile = OperationCase(
        examples: [
            Example(
                Tile(),
                [
                    ("rows", f32("U", 2, side: .user), floats([3, 2], [1, 2, 3, 4, 5, 6])),
                    ("count", i32("U", side: .user), ints([3], [2, 0, 1])),
                ], gives: f32("B", 2), floats([3, 2], [1, 2, 1, 2, 5, 6])),
            Example(
                Tile(),
                [
                    ("rows", i32("U", side: .user), ints([2], [7, -8])),
                    ("count", i32("U", side: .user), ints([2], [1, 2])),
                ], gives: i32("B"), ints([3], [7, -8, -8])),
        ],
        violations: [
            Violation(1, Tile(), [("rows", f32("U", 2)), ("count", i32("U", side: .user))]),
            Violation(1, Tile(), [("rows", f32("B", 2, side: .user)), ("count", i32("U", side: .user))]),
            Violation(1, Tile(), [("rows", f32(side: .user)), ("count", i32("U", side: .user))]),
            Violation(2, Tile(), [("rows", f32("U", 2, side: .user)), ("count", i32("B"))]),
            Violation(2, Tile(), [("rows", f32("U", 2, side: .user)), ("count", i64("U"))]),
        ])
}
