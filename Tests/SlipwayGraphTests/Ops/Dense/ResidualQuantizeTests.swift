import SlipwayCore
import SlipwayGraph

extension OperationCase {
    private static let books: [(role: String, type: ValueType, value: Tensor)] = [
        ("input", f32("B", 2), floats([2, 2], [3, 4, -1, 0])),
        ("codebook", f32(2, 2), floats([2, 2], [3, 3, -2, 0])),
        ("codebook", f32(3, 2), floats([3, 2], [0, 0, 0, 2, 1, 0])),
    ]

    private static func quantize(candidates: Int = 0) -> ResidualQuantize {
        ResidualQuantize(distance: .squared, normalize: false, candidates: candidates)
    }

    static let residualQuantize = OperationCase(
        examples: [
            // Row 0 leaves (0, 1), as far from code 0 as from code 1; row 1 leaves (1, 0).
            Example(quantize(), books, gives: i64("B", 2), ints([2, 2], [0, 0, 1, 2])),
            Example(
                quantize(candidates: 2), books, gives: [i64("B", 2), i64("B", 4), f32("B", 2)],
                [
                    ints([2, 2], [0, 0, 1, 2]), ints([2, 4], [0, 0, 0, 1, 1, 2, 1, 0]),
                    floats([2, 2], [1, 1, 0, 1]),
                ]),
            // Lengths 1: (0.6, 0.8) is nearest (0.6, 0.8) by angle, whatever that code's length.
            Example(
                ResidualQuantize(distance: .cosine, normalize: true, candidates: 1),
                [
                    ("input", f32("B", 2), floats([1, 2], [3, 4])),
                    ("codebook", f32(2, 2), floats([2, 2], [1, 0, 6, 8])),
                ], gives: [i64("B", 1), i64("B", 1), f32("B", 1)],
                [ints([1, 1], [1]), ints([1, 1], [1]), floats([1, 1], [-1])]),
        ],
        violations: [
            Violation(1, quantize(), [("input", f32("B")), ("codebook", f32(2, 2))]),
            Violation(2, quantize(), [("input", f32("B", 2)), ("codebook", f32(2, 3))]),
            Violation(3, quantize(candidates: 3), [("input", f32("B", 2)), ("codebook", f32(2, 2))]),
        ])
}
