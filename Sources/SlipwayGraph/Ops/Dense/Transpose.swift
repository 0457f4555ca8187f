public import SlipwayCore

/// Dimensions in another order.
public struct Transpose: Operation {
    public static let name = "transpose"
    public static let movesOnly = true
    public static let spec = OperationSpec(
        "dimension i of y is dimension permutation[i] of x",
        operands: [("input", .one)],
        constraints: ["input is f32", "permutation holds every dimension of input once"])
    public static let commutesWithTile = true

    public let permutation: [Int]

    public init(permutation: [Int]) { self.permutation = permutation }
    public init(attributes: Attributes) throws { self.init(permutation: try attributes.ints("permutation")) }
    public var attributes: Attributes { Attributes(["permutation": .ints(permutation)]) }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let input = try operands("input")
        guard input.dtype == .f32 else { throw Self.violates(1, "input is \(input)") }
        guard permutation.sorted() == Array(input.dimensions.indices) else {
            throw Self.violates(2, "permutation is \(permutation), input is \(input)")
        }
        return [ValueType(.f32, permutation.map { input.dimensions[$0] }, side: input.side)]
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let input = try operands("input")
        let shape = permutation.map { input.shape[$0] }
        var strides = [Int](repeating: 1, count: input.shape.count)
        for axis in stride(from: input.shape.count - 2, through: 0, by: -1) {
            strides[axis] = strides[axis + 1] * input.shape[axis + 1]
        }
        let x = input.floats
        let result = (0..<input.count).map { flat in
            var remaining = flat, source = 0
            for axis in shape.indices.reversed() {
                source += remaining % shape[axis] * strides[permutation[axis]]
                remaining /= shape[axis]
            }
            return x[source]
        }
        return [Tensor(shape: shape, floats: result)]
    }
}
