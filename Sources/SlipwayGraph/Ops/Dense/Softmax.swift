public import SlipwayCore

/// Softmax over the last dimension.
public struct Softmax: Operation {
    public static let name = "softmax"
    public static let spec = OperationSpec(
        "y[…, i] = exp(x[…, i]) / Σⱼ exp(x[…, j])",
        operands: [("input", .one)], constraints: ["input is f32 with at least one dimension"])
    public static let commutesWithTile = true

    public init() {}
    public init(attributes: Attributes) throws {}

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let input = try operands("input")
        guard input.dtype == .f32, input.rank >= 1 else { throw Self.violates(1, "input is \(input)") }
        return [input]
    }

    /// Largest, exp of the difference, sum, quotient: 5 an element.
    public func flops(_ sizes: OperationSizes) -> Double {
        5 * sizes.results
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let input = try operands("input")
        let width = input.shape.last ?? 1
        let x = input.floats
        let result = (0..<input.outerCount).flatMap { Reference.softmax(Array(x[$0 * width..<($0 + 1) * width])) }
        return [Tensor(shape: input.shape, floats: result)]
    }
}
