public import SlipwayCore

/// torch.nn.PReLU with one slope, or one per channel of the last dimension.
public struct Prelu: Operation {
    public static let name = "prelu"
    public static let spec = OperationSpec(
        "y = x where x > 0, else slope · x",
        operands: [("input", .one), ("slope", .one)],
        constraints: ["input is f32 […, N]", "slope is f32 [1] or [N]"])
    public static let commutesWithTile = true

    public init() {}
    public init(attributes: Attributes) throws {}

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let input = try operands("input"), slope = try operands("slope")
        guard input.dtype == .f32, input.rank >= 1 else { throw Self.violates(1, "input is \(input)") }
        guard slope.dtype == .f32, slope.rank == 1,
            slope.dimensions[0] == .fixed(1) || slope.dimensions[0] == input.dimensions.last
        else { throw Self.violates(2, "slope is \(slope), input is \(input)") }
        return [input]
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let input = try operands("input"), slope = try operands("slope").floats
        var result = input.floats
        for index in result.indices where !(result[index] > 0) { result[index] *= slope[index % slope.count] }
        return [Tensor(shape: input.shape, floats: result)]
    }
}
