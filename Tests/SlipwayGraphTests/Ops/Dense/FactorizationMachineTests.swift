import SlipwayCore
import SlipwayGraph

extension OperationCase {
    /// Row 0, column 0: fields 1, 2, 3: ½ (6² − 14) = 11 = 1·2 + 1·3 + 2·3. Column 1: fields 0, −1, 4: −4.
    static let factorizationMachine = OperationCase(
        examples: [
            Example(
                FactorizationMachine(), [("input", f32("B", 3, 2), floats([1, 3, 2], [1, 0, 2, -1, 3, 4]))],
                gives: f32("B", 2), floats([1, 2], [11, -4])),
            Example(
                FactorizationMachine(), [("input", f32("U", 1, 1, side: .user), floats([1, 1, 1], [7]))],
                gives: f32("U", 1, side: .user), floats([1, 1], [0])),
        ],
        violations: [
            Violation(1, FactorizationMachine(), [("input", f32("B", 6))]),
            Violation(1, FactorizationMachine(), [("input", f32("B", "T:g", 2))]),
        ])
}
