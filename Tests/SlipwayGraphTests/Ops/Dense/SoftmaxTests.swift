import SlipwayCore
import SlipwayGraph

extension OperationCase {
    /// Numbers from torch.softmax.
    static let softmax = OperationCase(
        examples: [
            Example(
                Softmax(), [("input", f32("B", 3), floats([2, 3], [1, 2, 4, 0, 0, -1]))],
                gives: f32("B", 3),
                floats([2, 3], [0.0420100661, 0.1141951994, 0.8437947345, 0.4223187983, 0.4223187983, 0.1553624035])),
            Example(
                Softmax(), [("input", f32("B", 2), floats([3, 2], [1, .nan, 1000, 1000, -.infinity, -.infinity]))],
                gives: f32("B", 2), floats([3, 2], [.nan, .nan, 0.5, 0.5, .nan, .nan])),
            Example(Softmax(), [("input", f32("B", 0), floats([2, 0], []))], gives: f32("B", 0), floats([2, 0], [])),
        ],
        violations: [Violation(1, Softmax(), [("input", f32())]), Violation(1, Softmax(), [("input", i32("B"))])])
}
