import SlipwayCore
public import SlipwayGraph

/// What the tests hold an op to: worked examples, and every numbered constraint broken once.
struct OperationCase: Sendable {
    var examples: [Example]
    var violations: [Violation]

    /// Operands with values, and the results worked out by hand or with PyTorch.
    struct Example: Sendable {
        var operation: any Operation
        var operands: [(role: String, type: ValueType, value: Tensor)]
        var types: [ValueType]
        var values: [Tensor]

        init(
            _ operation: any Operation, _ operands: [(role: String, type: ValueType, value: Tensor)],
            gives types: [ValueType], _ values: [Tensor]
        ) {
            self.operation = operation
            self.operands = operands
            self.types = types
            self.values = values
        }

        init(
            _ operation: any Operation, _ operands: [(role: String, type: ValueType, value: Tensor)],
            gives type: ValueType, _ value: Tensor
        ) {
            self.init(operation, operands, gives: [type], [value])
        }
    }

    /// Operand types that break constraint `number`; with `values`, types that hold and values that break it.
    struct Violation: Sendable {
        var number: Int
        var operation: any Operation
        var operands: [(role: String, type: ValueType)]
        var values: [Tensor]?

        init(
            _ number: Int, _ operation: any Operation, _ operands: [(role: String, type: ValueType)],
            values: [Tensor]? = nil
        ) {
            self.number = number
            self.operation = operation
            self.operands = operands
            self.values = values
        }
    }
}

// Shorthand: `f32("B", 3)` is the type f32[B, 3].
extension Dimension: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    public init(integerLiteral value: Int) { self = .fixed(value) }
    public init(stringLiteral value: String) { self = .symbol(value) }
}

func f32(_ dimensions: Dimension..., side: Side = .item) -> ValueType { ValueType(.f32, dimensions, side: side) }
func i32(_ dimensions: Dimension..., side: Side = .item) -> ValueType { ValueType(.i32, dimensions, side: side) }
func i64(_ dimensions: Dimension..., side: Side = .item) -> ValueType { ValueType(.i64, dimensions, side: side) }
func floats(_ shape: [Int], _ values: [Float]) -> Tensor { Tensor(shape: shape, floats: values) }
func ints(_ shape: [Int], _ values: [Int64]) -> Tensor { Tensor(shape: shape, ints: values) }

/// Whether as many tensors are given as expected, and each agrees.
func agree(_ found: [Tensor], _ expected: [Tensor]) -> Bool {
    found.count == expected.count && zip(found, expected).allSatisfy { agree($0, $1) }
}

/// Whether shapes are equal and elements agree within 1e-6 absolute and relative; NaN agrees with NaN.
func agree(_ found: Tensor, _ expected: Tensor) -> Bool {
    guard found.shape == expected.shape else { return false }
    switch (found.storage, expected.storage) {
    case (.int(let a), .int(let b)): return a == b
    case (.float(let a), .float(let b)):
        return zip(a, b).allSatisfy { x, y in x == y || (x.isNaN && y.isNaN) || abs(x - y) <= 1e-6 + 1e-6 * abs(y) }
    default: return false
    }
}
