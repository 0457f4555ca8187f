import SlipwayCore
import SlipwayGraph

extension OperationCase {
    /// Numbers from PyTorch: p = sigmoid(batch_norm(x)), p·x + (1 − p)·alpha·x.
    static let dice = OperationCase(
        examples: [
            Example(
                Dice(),
                [
                    ("input", f32("B", 2), floats([2, 2], [1, 2, 3, -4])), ("mean", f32(2), floats([2], [1, -1])),
                    ("variance", f32(2), floats([2], [4, 0.25])), ("alpha", f32(2), floats([2], [0, 0.5])),
                ], gives: f32("B", 2), floats([2, 2], [0.5, 1.9975270808, 2.1931749986, -2.0049458383]))
        ],
        violations: [
            Violation(1, Dice(), [("input", f32()), ("mean", f32(2)), ("variance", f32(2)), ("alpha", f32(2))]),
            Violation(2, Dice(), [("input", f32("B", 2)), ("mean", f32(2)), ("variance", f32(2)), ("alpha", f32(1))]),
            Violation(
                3, Dice(epsilon: -1),
                [("input", f32("B", 2)), ("mean", f32(2)), ("variance", f32(2)), ("alpha", f32(2))]),
        ])
}
