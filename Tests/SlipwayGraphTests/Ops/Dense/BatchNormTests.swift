import SlipwayCore
import SlipwayGraph

extension OperationCase {
    /// Two channels: mean 1 and −1, variance 4 and 0.25. Numbers from torch.nn.functional.batch_norm, eps 1e-5.
    static let batchNorm = OperationCase(
        examples: [
            Example(
                BatchNorm(),
                [
                    ("input", f32("B", 2), floats([2, 2], [1, 2, 3, -4])), ("mean", f32(2), floats([2], [1, -1])),
                    ("variance", f32(2), floats([2], [4, 0.25])), ("gamma", f32(2), floats([2], [2, 1])),
                    ("beta", f32(2), floats([2], [0.5, 0])),
                ], gives: f32("B", 2), floats([2, 2], [0.5, 5.99988, 2.4999975, -5.99988])),
            Example(
                BatchNorm(epsilon: 1e-5),
                [
                    ("input", f32("B", 1, 2), floats([2, 1, 2], [1, 2, 3, -4])),
                    ("mean", f32(2), floats([2], [1, -1])), ("variance", f32(2), floats([2], [4, 0.25])),
                ], gives: f32("B", 1, 2), floats([2, 1, 2], [0, 5.99988, 0.99999875, -5.99988])),
        ],
        violations: [
            Violation(1, BatchNorm(), [("input", f32()), ("mean", f32(2)), ("variance", f32(2))]),
            Violation(1, BatchNorm(), [("input", i32("B", 2)), ("mean", f32(2)), ("variance", f32(2))]),
            Violation(2, BatchNorm(), [("input", f32("B", 2)), ("mean", f32(2)), ("variance", f32(3))]),
            Violation(2, BatchNorm(), [("input", f32("B", 2)), ("mean", i32(2)), ("variance", f32(2))]),
            Violation(
                2, BatchNorm(), [("input", f32("B", 2)), ("mean", f32(2)), ("variance", f32(2)), ("beta", f32(1))]),
            Violation(3, BatchNorm(epsilon: 0), [("input", f32("B", 2)), ("mean", f32(2)), ("variance", f32(2))]),
            Violation(3, BatchNorm(epsilon: .nan), [("input", f32("B", 2)), ("mean", f32(2)), ("variance", f32(2))]),
        ])
}
