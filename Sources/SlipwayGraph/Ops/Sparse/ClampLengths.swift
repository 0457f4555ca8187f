public import SlipwayCore

/// Lengths cut to a maximum.
public struct ClampLengths: Operation {
    public static let name = "clamp_lengths"
    public static let movesOnly = true
    public static let spec = OperationSpec(
        "y[b] = min(lengths[b], maximum)",
        operands: [("lengths", .one)],
        constraints: ["lengths are i32 [B]", "maximum is not negative"])
    public static let commutesWithTile = true

    public let maximum: Int

    public init(maximum: Int) { self.maximum = maximum }
    public init(attributes: Attributes) throws { self.init(maximum: try attributes.int("maximum")) }
    public var attributes: Attributes { Attributes(["maximum": .int(maximum)]) }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let lengths = try operands("lengths")
        guard lengths.rank == 1, lengths.dtype == .i32 else { throw Self.violates(1, "lengths are \(lengths)") }
        guard maximum >= 0 else { throw Self.violates(2, "maximum is \(maximum)") }
        return [lengths]
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let lengths = try operands("lengths")
        return [Tensor(shape: lengths.shape, ints: lengths.ints.map { min($0, Int64(maximum)) })]
    }
}
