import SlipwayCore
import SlipwayGraph

extension OperationCase {
    static let slice = OperationCase(
        examples: [
            Example(
                Slice(axis: 1, start: 1, end: 3), [("input", f32("B", 4), floats([2, 4], [1, 2, 3, 4, 5, 6, 7, 8]))],
                gives: f32("B", 2), floats([2, 2], [2, 3, 6, 7])),
            Example(
                Slice(axis: 1, start: 1, end: 2),
                [("input", f32("U", 2, 2, side: .user), floats([1, 2, 2], [1, 2, 3, 4]))],
                gives: f32("U", 1, 2, side: .user), floats([1, 1, 2], [3, 4])),
            // More than a float holds.
            Example(
                Slice(axis: 0, start: 1, end: 2), [("input", i64(2), ints([2], [0, (1 << 40) + 1]))],
                gives: i64(1), ints([1], [(1 << 40) + 1])),
        ],
        violations: [
            Violation(1, Slice(axis: 0, start: 0, end: 1), [("input", f32("B", 4))]),
            Violation(1, Slice(axis: 2, start: 0, end: 1), [("input", f32("B", 4))]),
            Violation(2, Slice(axis: 1, start: 0, end: 5), [("input", f32("B", 4))]),
            Violation(2, Slice(axis: 1, start: 2, end: 2), [("input", f32("B", 4))]),
            Violation(2, Slice(axis: 1, start: -1, end: 2), [("input", f32("B", 4))]),
        ])
}
