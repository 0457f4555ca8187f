import SlipwayCore
import SlipwayGraph

extension OperationCase {
    private static let weights: [(role: String, type: ValueType, value: Tensor)] = [
        ("query_weight", f32(2, 1), floats([2, 1], [10, 0])),
        ("step_weight", f32(2, 2), floats([2, 2], [1, 2, 0, 1])),
        ("product_weight", f32(2, 1), floats([2, 1], [100, -1])),
    ]
    private static let types = weights.map { (role: $0.role, type: $0.type) }

    static let attentionLayer = OperationCase(
        examples: [
            // Row 0 has q = 2 and steps (1, 3), (0, 1); row 1 has no steps.
            Example(
                AttentionLayer(symbol: "S"),
                [
                    ("query", f32("B", 1), floats([2, 1], [2, 5])),
                    ("sequence", f32("S", 2), floats([2, 2], [1, 3, 0, 1])), ("lengths", i32("B"), ints([2], [2, 0])),
                    ("bias", f32(2), floats([2], [0.5, 0])),
                ] + weights, gives: f32("S", 2), floats([2, 2], [227.5, 1, 22.5, 1])),
            // One request with the step (1, 3) and the candidates q = 2 and q = −1.
            Example(
                AttentionLayer(symbol: "S:B"),
                [
                    ("query", f32("B", 1), floats([2, 1], [2, -1])),
                    ("sequence", f32("S", 2, side: .user), floats([1, 2], [1, 3])),
                    ("lengths", i32("U", side: .user), ints([1], [1])),
                    ("count", i32("U", side: .user), ints([1], [2])),
                ] + weights, gives: f32("S:B", 2), floats([2, 2], [227, 1, -103, 4])),
        ],
        violations: [
            Violation(
                1, AttentionLayer(symbol: "S"),
                [
                    ("query", f32("B", 1)), ("sequence", f32("S", 2)), ("lengths", i32("U", side: .user)),
                    ("count", i32("U", side: .user)),
                ] + types),
            Violation(
                2, AttentionLayer(symbol: "S"),
                [("query", f32("B", 3)), ("sequence", f32("S", 2)), ("lengths", i32("B"))] + types),
            Violation(
                3, AttentionLayer(symbol: "S"),
                [("query", f32("B", 1)), ("sequence", f32("S", 2)), ("lengths", i32("U"))] + types),
            Violation(
                4, AttentionLayer(symbol: "S"),
                [
                    ("query", f32("B", 1)), ("sequence", f32("S", 2, side: .user)), ("lengths", i32("U", side: .user)),
                    ("count", i32("B")),
                ] + types),
            Violation(
                5, AttentionLayer(symbol: "S"),
                [("query", f32("B", 2)), ("sequence", f32("S", 2)), ("lengths", i32("B"))] + types),
        ])
}
