import Foundation
public import SlipwayCore

/// torch.nn.ELU.
public struct Elu: Operation {
    public static let name = "elu"
    public static let spec = OperationSpec(
        "y = x where x > 0, else alpha · (eˣ − 1)", operands: [("input", .one)], constraints: ["input is f32"])
    public static let commutesWithTile = true

    public let alpha: Double

    public init(alpha: Double) { self.alpha = alpha }
    public init(attributes: Attributes) throws { self.init(alpha: try attributes.float("alpha")) }
    public var attributes: Attributes { Attributes(["alpha": .float(alpha)]) }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let input = try operands("input")
        guard input.dtype == .f32 else { throw Self.violates(1, "input is \(input)") }
        return [input]
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        [try operands("input").map { $0 > 0 ? $0 : Float(alpha * expm1(Double($0))) }]
    }
}
