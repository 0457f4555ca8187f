public import SlipwayCore

/// Sum, mean or maximum along one axis.
public struct Reduce: Operation {
    public enum Function: String, Sendable, CaseIterable { case sum, mean, maximum }

    public static let name = "reduce"
    public static let spec = OperationSpec(
        "y = f over axis of x; the axis stays with size 1 when keep is true",
        operands: [("input", .one)],
        constraints: ["input is f32", "axis is a dimension of input other than the first"])
    public static let commutesWithTile = true

    public let function: Function
    public let axis: Int
    public let keep: Bool

    public init(_ function: Function, axis: Int, keep: Bool = false) {
        self.function = function
        self.axis = axis
        self.keep = keep
    }

    public init(attributes: Attributes) throws {
        self.init(
            try attributes.choice("function", of: Function.self), axis: try attributes.int("axis"),
            keep: try attributes.bool("keep"))
    }

    public var attributes: Attributes {
        Attributes(["function": .string(function.rawValue), "axis": .int(axis), "keep": .bool(keep)])
    }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        var type = try operands("input")
        guard type.dtype == .f32 else { throw Self.violates(1, "input is \(type)") }
        guard axis > 0, axis < type.rank else { throw Self.violates(2, "axis \(axis) of \(type)") }
        if keep { type.dimensions[axis] = .fixed(1) } else { type.dimensions.remove(at: axis) }
        return [type]
    }

    public func flops(_ sizes: OperationSizes) -> Double {
        sizes.count("input")
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let input = try operands("input")
        let outer = input.shape[..<axis].reduce(1, *), inner = input.shape[(axis + 1)...].reduce(1, *)
        let size = input.shape[axis], x = input.floats
        var result: [Float] = []
        for row in 0..<outer {
            for column in 0..<inner {
                let values = (0..<size).map { Double(x[(row * size + $0) * inner + column]) }
                switch function {
                case .sum: result.append(Float(values.reduce(0, +)))
                case .mean: result.append(Float(values.reduce(0, +) / Double(size)))
                case .maximum:
                    // NaN wins, as in PyTorch.
                    let largest = values.contains { $0.isNaN } ? .nan : values.max() ?? -.infinity
                    result.append(Float(largest))
                }
            }
        }
        var shape = input.shape
        if keep { shape[axis] = 1 } else { shape.remove(at: axis) }
        return [Tensor(shape: shape, floats: result)]
    }
}
