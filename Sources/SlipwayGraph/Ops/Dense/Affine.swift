public import SlipwayCore

/// Multiplication by one number and addition of another.
public struct Affine: Operation {
    public static let name = "affine"
    public static let spec = OperationSpec(
        "y = x · scale + shift", operands: [("input", .one)], constraints: ["input is f32"])
    public static let commutesWithTile = true

    public let scale: Double
    public let shift: Double

    public init(scale: Double, shift: Double = 0) {
        self.scale = scale
        self.shift = shift
    }

    public init(attributes: Attributes) throws {
        self.init(scale: try attributes.float("scale"), shift: try attributes.float("shift"))
    }

    public var attributes: Attributes { Attributes(["scale": .float(scale), "shift": .float(shift)]) }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let input = try operands("input")
        guard input.dtype == .f32 else { throw Self.violates(1, "input is \(input)") }
        return [input]
    }

    public func flops(_ sizes: OperationSizes) -> Double {
        2 * sizes.results
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        [try operands("input").map { Float(Double($0) * scale + shift) }]
    }
}
