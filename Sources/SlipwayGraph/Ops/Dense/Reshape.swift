public import SlipwayCore

/// The same elements in the same order under other fixed dimensions; the leading dimension stays.
public struct Reshape: Operation {
    public static let name = "reshape"
    public static let movesOnly = true
    public static let spec = OperationSpec(
        "y[b, …] has the elements of x[b, …] in order",
        operands: [("input", .one)],
        constraints: ["all but the first dimension of input are numbers", "their product equals that of tail"])
    public static let commutesWithTile = true

    /// Sizes after the leading dimension.
    public let tail: [Int]

    public init(tail: [Int]) { self.tail = tail }
    public init(attributes: Attributes) throws { self.init(tail: try attributes.ints("tail")) }
    public var attributes: Attributes { Attributes(["tail": .ints(tail)]) }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let input = try operands("input")
        let sizes = input.dimensions.dropFirst().compactMap(\.size)
        guard let leading = input.dimensions.first, sizes.count == input.rank - 1 else {
            throw Self.violates(1, "input is \(input)")
        }
        guard tail.allSatisfy({ $0 >= 0 }), let count = CheckedSize.product(tail), count == CheckedSize.product(sizes)
        else {
            throw Self.violates(2, "input is \(input), tail is \(tail)")
        }
        return [ValueType(input.dtype, [leading] + tail.map(Dimension.fixed), side: input.side)]
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let input = try operands("input")
        var result = input
        result.shape = [input.shape[0]] + tail
        return [result]
    }
}
