import SlipwayCore
import SlipwayGraph

extension OperationCase {
    static let remapIDs = OperationCase(
        examples: [
            // 9 and −4 are unknown; of the two keys 30 the first counts; the keys need no order.
            Example(
                RemapIDs(),
                [
                    ("ids", i64("N:f"), ints([6], [30, 10, 9, -4, 20, 10])),
                    ("keys", i64(5), ints([5], [30, 10, 20, 30, 40])), ("rows", i64(5), ints([5], [2, 0, 4, 3, 1])),
                ], gives: i64("N:f"), ints([6], [2, 0, 4, 4, 4, 0])),
            Example(
                RemapIDs(),
                [
                    ("ids", i64("N:f"), ints([0], [])), ("keys", i64(1), ints([1], [.max])),
                    ("rows", i64(1), ints([1], [0])),
                ], gives: i64("N:f"), ints([0], [])),
        ],
        violations: [
            Violation(1, RemapIDs(), [("ids", i32("N:f")), ("keys", i64(2)), ("rows", i64(2))]),
            Violation(2, RemapIDs(), [("ids", i64("N:f")), ("keys", i64(2)), ("rows", i64(3))]),
            Violation(2, RemapIDs(), [("ids", i64("N:f")), ("keys", i64(0)), ("rows", i64(0))]),
        ])
}
