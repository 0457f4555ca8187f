public import SlipwayCore

/// Matrix product of the last two dimensions, batched over the ones before.
public struct Matmul: Operation {
    public static let name = "matmul"
    public static let spec = OperationSpec(
        "y = a · b, or a · bᵀ with transpose_b",
        operands: [("a", .one), ("b", .one)],
        constraints: [
            "a is f32 […, M, K]", "b is f32 […, K, N] (or […, N, K] with transpose_b) of the rank of a, or rank 2",
            "batch dimensions are equal",
        ])
    public static let commutesWithTile = true

    public let transposeB: Bool

    public init(transposeB: Bool = false) { self.transposeB = transposeB }
    public init(attributes: Attributes) throws { self.init(transposeB: try attributes.bool("transpose_b")) }
    public var attributes: Attributes { Attributes(["transpose_b": .bool(transposeB)]) }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let a = try operands("a"), b = try operands("b")
        guard a.dtype == .f32, a.rank >= 2 else { throw Self.violates(1, "a is \(a)") }
        guard b.dtype == .f32, b.rank == a.rank || b.rank == 2 else { throw Self.violates(2, "b is \(b), a is \(a)") }
        let inner = b.dimensions[b.rank - (transposeB ? 1 : 2)], columns = b.dimensions[b.rank - (transposeB ? 2 : 1)]
        guard inner == a.dimensions[a.rank - 1] else { throw Self.violates(2, "b is \(b), a is \(a)") }
        guard b.rank == 2 || a.dimensions.dropLast(2) == b.dimensions.dropLast(2) else {
            throw Self.violates(3, "a is \(a), b is \(b)")
        }
        return [ValueType(.f32, a.dimensions.dropLast() + [columns], side: operands.varyingSide("a", "b"))]
    }

    public func flops(_ sizes: OperationSizes) -> Double {
        2 * sizes.results * sizes.width("a")
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let a = try operands("a"), b = try operands("b")
        let rank = a.shape.count
        let m = a.shape[rank - 2], k = a.shape[rank - 1]
        let n = b.shape[b.shape.count - (transposeB ? 2 : 1)]
        let batches = a.shape.dropLast(2).reduce(1, *)
        let shared = b.shape.count == 2 && rank > 2
        let x = a.floats, y = b.floats
        var result = [Float](repeating: 0, count: batches * m * n)
        for batch in 0..<batches {
            let left = batch * m * k, right = shared ? 0 : batch * k * n
            for row in 0..<m {
                for column in 0..<n {
                    var sum = 0.0
                    for inner in 0..<k {
                        let other = transposeB ? column * k + inner : inner * n + column
                        sum += Double(x[left + row * k + inner]) * Double(y[right + other])
                    }
                    result[(batch * m + row) * n + column] = Float(sum)
                }
            }
        }
        return [Tensor(shape: a.shape.dropLast() + [n], floats: result)]
    }
}
