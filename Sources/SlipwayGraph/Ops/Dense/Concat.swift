public import SlipwayCore

/// Values side by side along one axis.
public struct Concat: Operation {
    public static let name = "concat"
    public static let movesOnly = true
    public static let spec = OperationSpec(
        "the inputs one after the other along axis",
        operands: [("input", .many)],
        constraints: [
            "inputs are f32 of equal rank", "axis is one of their dimensions, with a number on each",
            "all other dimensions are equal",
        ])
    public static let commutesWithTile = true

    public let axis: Int

    public init(axis: Int) { self.axis = axis }
    public init(attributes: Attributes) throws { self.init(axis: try attributes.int("axis")) }
    public var attributes: Attributes { Attributes(["axis": .int(axis)]) }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let inputs = operands.many("input")
        guard let first = inputs.first, inputs.allSatisfy({ $0.rank == first.rank && $0.dtype == .f32 }) else {
            throw Self.violates(1, "inputs are \(inputs.map(\.description).joined(separator: "; "))")
        }
        guard first.dimensions.indices.contains(axis) else { throw Self.violates(2, "axis \(axis) of \(first)") }
        var sizes: [Int] = []
        for input in inputs {
            guard let size = input.dimensions[axis].size else { throw Self.violates(2, "axis \(axis) of \(input)") }
            sizes.append(size)
            var expected = first.dimensions
            expected[axis] = .fixed(size)
            guard input.dimensions == expected else { throw Self.violates(3, "\(input) beside \(first)") }
        }
        guard let total = CheckedSize.sum(sizes) else { throw Self.violates(2, "axis \(axis) is too long") }
        var type = first
        type.dimensions[axis] = .fixed(total)
        type.side = operands.side("input")
        return [type]
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let inputs = operands.many("input")
        guard let first = inputs.first else { throw Self.violates(1, "there are none") }
        let outer = first.shape[..<axis].reduce(1, *)
        let blocks = inputs.map { ($0.floats, $0.shape[axis...].reduce(1, *)) }
        var result: [Float] = []
        for row in 0..<outer {
            for (values, block) in blocks { result += values[row * block..<(row + 1) * block] }
        }
        var shape = first.shape
        shape[axis] = inputs.reduce(0) { $0 + $1.shape[axis] }
        return [Tensor(shape: shape, floats: result)]
    }
}
