import SlipwayCore
import SlipwayGraph

extension OperationCase {
    static let weightedSum = OperationCase(
        examples: [
            Example(
                WeightedSum(),
                [
                    ("weights", f32("S", 1), floats([3, 1], [2, -1, 10])),
                    ("values", f32("S", 2), floats([3, 2], [1, 2, 3, 4, 5, 6])),
                    ("lengths", i32("B"), ints([3], [2, 0, 1])),
                ], gives: f32("B", 2), floats([3, 2], [-1, 0, 0, 0, 50, 60])),
            // Two requests of two steps and one, with two candidates and one.
            Example(
                WeightedSum(),
                [
                    ("weights", f32("S:B", 1), floats([5, 1], [1, 0, 0, 1, 3])),
                    ("values", f32("S", 2, side: .user), floats([3, 2], [1, 2, 3, 4, 5, 6])),
                    ("lengths", i32("U", side: .user), ints([2], [2, 1])),
                    ("count", i32("U", side: .user), ints([2], [2, 1])),
                ], gives: f32("B", 2), floats([3, 2], [1, 2, 3, 4, 15, 18])),
        ],
        violations: [
            Violation(
                1, WeightedSum(),
                [
                    ("weights", f32("S", 1)), ("values", f32("S", 2)), ("lengths", i32("U", side: .user)),
                    ("count", i32("U", side: .user)),
                ]),
            Violation(
                2, WeightedSum(), [("weights", f32("S", 1)), ("values", f32("S", 2)), ("lengths", i64("B"))]),
            Violation(
                3, WeightedSum(),
                [
                    ("weights", f32("S", 1)), ("values", f32("S", 2, side: .user)),
                    ("lengths", i32("U", side: .user)), ("count", i32("B")),
                ]),
            Violation(
                4, WeightedSum(), [("weights", f32("S", 2)), ("values", f32("S", 2)), ("lengths", i32("B"))]),
        ])
}
