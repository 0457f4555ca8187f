import SlipwayCore
import SlipwayGraph

extension OperationCase {
    private static let pack = PaddedToJagged(symbol: "S:g")

    static let paddedToJagged = OperationCase(
        examples: [
            Example(
                pack,
                [
                    ("padded", f32("B", "T:g", 1), floats([3, 2, 1], [1, 2, 3, 4, 5, 6])),
                    ("lengths", i32("B"), ints([3], [1, 0, 2])),
                ], gives: f32("S:g", 1), floats([3, 1], [1, 5, 6]))
        ],
        violations: [
            Violation(1, pack, [("padded", f32("B", "T:g")), ("lengths", i32("B"))]),
            Violation(2, pack, [("padded", f32("B", "T:g", 1)), ("lengths", i32("U"))]),
            Violation(
                2, pack, [("padded", f32("B", "T:g", 1)), ("lengths", i32("B"))],
                values: [floats([1, 2, 1], [1, 2]), ints([1], [3])]),
            Violation(
                2, pack, [("padded", f32("B", "T:g", 1)), ("lengths", i32("B"))],
                values: [floats([1, 2, 1], [1, 2]), ints([1], [-1])]),
        ])
}
