import SlipwayCore
import SlipwayGraph

extension OperationCase {
    /// Within a row: exp(1) / (exp(1) + exp(3)) = 0.119202922. A row of one step gives 1; NaN stays in its row and column.
    static let jaggedSoftmax = OperationCase(
        examples: [
            Example(
                JaggedSoftmax(),
                [
                    ("values", f32("S:g", 2), floats([5, 2], [1, 0, 3, 0, -7, 7, .nan, 2, 0, 2])),
                    ("lengths", i32("B"), ints([4], [2, 1, 0, 2])),
                ], gives: f32("S:g", 2),
                floats([5, 2], [0.1192029220, 0.5, 0.8807970780, 0.5, 1, 1, .nan, 0.5, .nan, 0.5]))
        ],
        violations: [
            Violation(1, JaggedSoftmax(), [("values", f32("S:g")), ("lengths", i32("B"))]),
            Violation(2, JaggedSoftmax(), [("values", f32("S:g", 2)), ("lengths", f32("B"))]),
        ])
}
