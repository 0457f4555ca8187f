public import SlipwayCore

/// A function of two elements, with numpy's broadcasting.
public struct Binary: Operation {
    public enum Function: String, Sendable, CaseIterable { case add, subtract, multiply, divide, maximum, minimum }

    public static let name = "binary"
    public static let spec = OperationSpec(
        "y = f(a, b), sizes of 1 stretched",
        operands: [("a", .one), ("b", .one)],
        constraints: ["a and b are f32", "aligned from the right, dimensions are equal or 1"])
    public static let commutesWithTile = true

    public let function: Function

    public init(_ function: Function) { self.function = function }
    public init(attributes: Attributes) throws { self.init(try attributes.choice("function", of: Function.self)) }
    public var attributes: Attributes { Attributes(["function": .string(function.rawValue)]) }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let a = try operands("a"), b = try operands("b")
        guard a.dtype == .f32, b.dtype == .f32 else { throw Self.violates(1, "a is \(a), b is \(b)") }
        let rank = max(a.rank, b.rank)
        let dimensions = try (0..<rank).map { position in
            let left = position < rank - a.rank ? .fixed(1) : a.dimensions[position - (rank - a.rank)]
            let right = position < rank - b.rank ? .fixed(1) : b.dimensions[position - (rank - b.rank)]
            guard left == right || left == .fixed(1) || right == .fixed(1) else {
                throw Self.violates(2, "a is \(a), b is \(b)")
            }
            return left == .fixed(1) ? right : left
        }
        return [ValueType(.f32, dimensions, side: operands.varyingSide("a", "b"))]
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let a = try operands("a"), b = try operands("b")
        let shape = try Tensor.broadcastShape(a.shape, b.shape)
        let x = a.floats, y = b.floats
        let result = (0..<shape.reduce(1, *)).map { index in
            apply(
                x[Tensor.broadcastIndex(index, target: shape, shape: a.shape)],
                y[Tensor.broadcastIndex(index, target: shape, shape: b.shape)])
        }
        return [Tensor(shape: shape, floats: result)]
    }

    private func apply(_ a: Float, _ b: Float) -> Float {
        switch function {
        case .add: return a + b
        case .subtract: return a - b
        case .multiply: return a * b
        case .divide: return a / b
        case .maximum: return a.isNaN || b.isNaN ? .nan : max(a, b)
        case .minimum: return a.isNaN || b.isNaN ? .nan : min(a, b)
        }
    }
}
