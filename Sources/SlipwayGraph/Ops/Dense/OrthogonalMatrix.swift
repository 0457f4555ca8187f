public import SlipwayCore

/// A matrix with orthonormal columns out of the numbers that training keeps of it.
///
/// Source: the Householder form, with trivialization, of `torch.nn.utils.parametrizations.orthogonal`.
public struct OrthogonalMatrix: Operation {
    public static let name = "orthogonal_matrix"
    public static let spec = OperationSpec(
        "y = base · H₁ ⋯ H_K · [diag(trunc(x_kk)); 0], H_k = I − 2 v vᵀ / (vᵀ v), v = column k of x below its diagonal, 1 on it",
        operands: [("original", .one), ("base", .one)],
        constraints: ["original is f32 [N, K], K < N", "base is f32 [N, N]"])

    public init() {}
    public init(attributes: Attributes) throws { self.init() }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let original = try operands("original"), base = try operands("base")
        guard original.dtype == .f32, original.rank == 2, let rows = original.dimensions[0].size,
            let columns = original.dimensions[1].size, columns < rows
        else { throw Self.violates(1, "original is \(original)") }
        guard base.dtype == .f32, base.dimensions == [.fixed(rows), .fixed(rows)] else {
            throw Self.violates(2, "base is \(base), original is \(original)")
        }
        return [original]
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let original = try operands("original"), base = try operands("base")
        let n = original.shape[0], k = original.shape[1]
        let x = original.floats.map(Double.init), b = base.floats
        // From the last reflection to the first, each applied to every column of the result.
        var y = [Double](repeating: 0, count: n * k)
        for column in 0..<k { y[column * k + column] = x[column * k + column].rounded(.towardZero) }
        for reflection in (0..<k).reversed() {
            func v(_ row: Int) -> Double { row == reflection ? 1 : x[row * k + reflection] }
            let scale = 2 / (reflection..<n).reduce(0.0) { $0 + v($1) * v($1) }
            for column in 0..<k {
                let dot = (reflection..<n).reduce(0.0) { $0 + v($1) * y[$1 * k + column] }
                for row in reflection..<n { y[row * k + column] -= scale * dot * v(row) }
            }
        }
        var result = [Float](repeating: 0, count: n * k)
        for row in 0..<n {
            for column in 0..<k {
                let sum = (0..<n).reduce(0.0) { $0 + Double(b[row * n + $1]) * y[$1 * k + column] }
                result[row * k + column] = Float(sum)
            }
        }
        return [Tensor(shape: [n, k], floats: result)]
    }
}
