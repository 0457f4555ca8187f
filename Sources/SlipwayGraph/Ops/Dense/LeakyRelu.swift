public import SlipwayCore

/// torch.nn.LeakyReLU.
public struct LeakyRelu: Operation {
    public static let name = "leaky_relu"
    public static let spec = OperationSpec(
        "y = x where x > 0, else slope · x", operands: [("input", .one)], constraints: ["input is f32"])
    public static let commutesWithTile = true

    public let slope: Double

    public init(slope: Double) { self.slope = slope }
    public init(attributes: Attributes) throws { self.init(slope: try attributes.float("slope")) }
    public var attributes: Attributes { Attributes(["slope": .float(slope)]) }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let input = try operands("input")
        guard input.dtype == .f32 else { throw Self.violates(1, "input is \(input)") }
        return [input]
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let factor = Float(slope)
        return [try operands("input").map { $0 > 0 ? $0 : $0 * factor }]
    }
}
