import SlipwayCore
import SlipwayGraph

extension OperationCase {
    /// Numbers from torch.nn.functional.layer_norm, eps 1e-5.
    static let layerNorm = OperationCase(
        examples: [
            Example(
                LayerNorm(),
                [
                    ("input", f32("B", 3), floats([2, 3], [1, 2, 4, 0, 0, -1])),
                    ("gamma", f32(3), floats([3], [1, 2, 3])), ("beta", f32(3), floats([3], [0, 0.5, -1])),
                ], gives: f32("B", 3),
                floats(
                    [2, 3], [-1.0690415315, -0.0345207657, 3.0089057429, 0.7070908718, 1.9141817436, -5.2425452309])),
            Example(
                LayerNorm(), [("input", f32("B", 3), floats([1, 3], [1, 2, 4]))],
                gives: f32("B", 3), floats([1, 3], [-1.0690415315, -0.2672603829, 1.3363019143])),
            Example(
                LayerNorm(epsilon: 0.25), [("input", f32(2), floats([2], [5, 5]))], gives: f32(2), floats([2], [0, 0])),
        ],
        violations: [
            Violation(1, LayerNorm(), [("input", f32("B", "T:g"))]),
            Violation(1, LayerNorm(), [("input", f32("B", 0))]),
            Violation(2, LayerNorm(), [("input", f32("B", 2)), ("gamma", f32(1))]),
            Violation(3, LayerNorm(epsilon: 0), [("input", f32("B", 2))]),
        ])
}
