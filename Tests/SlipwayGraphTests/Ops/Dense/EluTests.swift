import SlipwayCore
import SlipwayGraph

extension OperationCase {
    /// 0.7 · (e⁻² − 1) and 0.7 · (e^−½ − 1).
    static let elu = OperationCase(
        examples: [
            Example(
                Elu(alpha: 0.7), [("input", f32("B"), floats([5], [-2, -0.5, 0, 3, .nan]))],
                gives: f32("B"), floats([5], [-0.6052653017, -0.2754285382, 0, 3, .nan]))
        ],
        violations: [Violation(1, Elu(alpha: 1), [("input", i32("B"))])])
}
