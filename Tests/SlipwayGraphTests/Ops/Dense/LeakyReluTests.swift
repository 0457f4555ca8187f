import SlipwayCore
import SlipwayGraph

extension OperationCase {
    static let leakyRelu = OperationCase(
        examples: [
            Example(
                LeakyRelu(slope: 0.01), [("input", f32("B"), floats([4], [-200, 0, 3, .nan]))],
                gives: f32("B"), floats([4], [-2, 0, 3, .nan]))
        ],
        violations: [Violation(1, LeakyRelu(slope: 0.1), [("input", i64("B"))])])
}
