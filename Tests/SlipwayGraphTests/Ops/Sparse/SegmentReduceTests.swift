import SlipwayCore
import SlipwayGraph

extension OperationCase {
    private static let segments: [(role: String, type: ValueType, value: Tensor)] = [
        ("values", f32("S:g", 2), floats([3, 2], [1, 2, 3, 4, 5, .nan])), ("lengths", i32("B"), ints([3], [2, 0, 1])),
    ]

    static let segmentReduce = OperationCase(
        examples: [
            Example(
                SegmentReduce(mode: .sum), segments, gives: f32("B", 2), floats([3, 2], [4, 6, 0, 0, 5, .nan])),
            Example(
                SegmentReduce(mode: .mean), segments, gives: f32("B", 2), floats([3, 2], [2, 3, 0, 0, 5, .nan])),
        ],
        violations: [
            Violation(1, SegmentReduce(mode: .sum), [("values", i64("S:g", 2)), ("lengths", i32("B"))]),
            Violation(2, SegmentReduce(mode: .sum), [("values", f32("S:g", 2)), ("lengths", i32("B", 1))]),
        ])
}
