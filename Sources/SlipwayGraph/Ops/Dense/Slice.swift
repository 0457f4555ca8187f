public import SlipwayCore

/// A range of one axis.
public struct Slice: Operation {
    public static let name = "slice"
    public static let movesOnly = true
    public static let spec = OperationSpec(
        "y = x[…, start ..< end, …] along axis",
        operands: [("input", .one)],
        constraints: ["axis is a dimension of input with a number", "0 ≤ start < end ≤ its size"])
    public static let commutesWithTile = true

    public let axis: Int, start: Int, end: Int

    public init(axis: Int, start: Int, end: Int) {
        self.axis = axis
        self.start = start
        self.end = end
    }

    public init(attributes: Attributes) throws {
        self.init(axis: try attributes.int("axis"), start: try attributes.int("start"), end: try attributes.int("end"))
    }

    public var attributes: Attributes { Attributes(["axis": .int(axis), "start": .int(start), "end": .int(end)]) }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        var type = try operands("input")
        guard type.dimensions.indices.contains(axis), let size = type.dimensions[axis].size else {
            throw Self.violates(1, "axis \(axis) of \(type)")
        }
        guard 0 <= start, start < end, end <= size else { throw Self.violates(2, "\(start) ..< \(end) of \(type)") }
        type.dimensions[axis] = .fixed(end - start)
        return [type]
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let input = try operands("input")
        let outer = input.shape[..<axis].reduce(1, *), inner = input.shape[(axis + 1)...].reduce(1, *)
        let size = input.shape[axis]
        var shape = input.shape
        shape[axis] = end - start
        func cut<T>(_ source: [T]) -> [T] {
            (0..<outer).flatMap { source[($0 * size + start) * inner..<($0 * size + end) * inner] }
        }
        switch input.storage {
        case .float(let values): return [Tensor(shape: shape, floats: cut(values))]
        case .int(let values): return [Tensor(shape: shape, ints: cut(values))]
        }
    }
}
