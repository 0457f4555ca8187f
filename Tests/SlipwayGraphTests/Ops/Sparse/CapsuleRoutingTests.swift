import Foundation
import SlipwayCore
import SlipwayGraph

extension OperationCase {
    private static func routing(
        capsules: Int = 2, iterations: Int = 1, countsHistory: Bool = false
    ) -> CapsuleRouting {
        CapsuleRouting(capsules: capsules, iterations: iterations, scale: 1, power: 1, countsHistory: countsHistory)
    }

    private static let types: [(role: String, type: ValueType)] = [
        ("steps", f32("S:g", 1)), ("lengths", i32("B")), ("history", i32("B")),
    ]

    private static func values(initial: [Float]? = nil) -> [(role: String, type: ValueType, value: Tensor)] {
        let rows: [(role: String, type: ValueType, value: Tensor)] = [
            ("steps", f32("S:g", 1), floats([2, 1], [1, 3])), ("lengths", i32("B"), ints([2], [2, 0])),
            ("history", i32("B"), ints([2], [2, 0])),
        ]
        return rows + (initial.map { [("initial", f32(2, 2), floats([2, 2], $0))] } ?? [])
    }

    static let capsuleRouting = OperationCase(
        examples: [
            // Both capsules are (1 + 3) / 2 = 2, which squashes to 4 / 5.
            Example(
                routing(), values(), gives: [f32("B", 2, 1), f32("B", 2, 1)],
                [floats([2, 2, 1], [0.8, 0.8, 0, 0]), floats([2, 2, 1], [1, 1, 1, 1])]),
            // log2 of 2 is 1: one capsule is in use, 1 + 3 = 4, which squashes to 16 / 17. An empty history keeps one.
            Example(
                routing(countsHistory: true), values(), gives: [f32("B", 2, 1), f32("B", 2, 1)],
                [floats([2, 2, 1], [16.0 / 17, 0, 0, 0]), floats([2, 2, 1], [1, 0, 1, 0])]),
            // Weights are 3/4, 1/4 and 1/2, 1/2: capsules of 2.25 and 1.75.
            Example(
                routing(), values(initial: [Float(log(3.0)), 0, 5, 5]), gives: [f32("B", 2, 1), f32("B", 2, 1)],
                [floats([2, 2, 1], [81.0 / 97, 49.0 / 65, 0, 0]), floats([2, 2, 1], [1, 1, 1, 1])]),
        ],
        violations: [
            Violation(1, routing(), [("steps", f32("S:g")), ("lengths", i32("B")), ("history", i32("B"))]),
            Violation(2, routing(), [("steps", f32("S:g", 1)), ("lengths", i64("B")), ("history", i64("B"))]),
            Violation(3, routing(), [("steps", f32("S:g", 1)), ("lengths", i32("B")), ("history", i64("B"))]),
            Violation(4, routing(), types + [("initial", f32(2, 3))]),
            Violation(5, routing(capsules: 0), types),
            Violation(5, routing(iterations: 0), types),
        ])
}
