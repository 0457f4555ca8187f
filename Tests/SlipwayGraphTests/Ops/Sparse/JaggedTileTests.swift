import SlipwayCore
import SlipwayGraph

extension OperationCase {
    static let jaggedTile = OperationCase(
        examples: [
            Example(
                JaggedTile(symbol: "S:B"),
                [
                    ("values", f32("S", 2, side: .user), floats([3, 2], [1, 2, 3, 4, 5, 6])),
                    ("lengths", i32("U", side: .user), ints([3], [2, 0, 1])),
                    ("count", i32("U", side: .user), ints([3], [2, 5, 1])),
                ], gives: f32("S:B", 2), floats([5, 2], [1, 2, 3, 4, 1, 2, 3, 4, 5, 6]))
        ],
        violations: [
            Violation(
                1, JaggedTile(symbol: "S:B"),
                [
                    ("values", f32("S", 2)), ("lengths", i32("U", side: .user)), ("count", i32("U", side: .user)),
                ]),
            Violation(
                2, JaggedTile(symbol: "S:B"),
                [
                    ("values", f32("S", 2, side: .user)), ("lengths", i32("B")), ("count", i32("U", side: .user)),
                ]),
            Violation(
                3, JaggedTile(symbol: "S:B"),
                [
                    ("values", f32("S", 2, side: .user)), ("lengths", i32("U", side: .user)), ("count", i64("U")),
                ]),
        ])
}
