public import SlipwayCore

/// Dot products of all pairs of fields, the upper triangle row by row. Source: DLRM, arXiv:1906.00091.
public struct PairwiseDot: Operation {
    public static let name = "pairwise_dot"
    public static let spec = OperationSpec(
        "y[b] = (x[b, i] · x[b, j]) for i < j, in the order (0,1), (0,2), …, (F−2, F−1)",
        operands: [("input", .one)],
        constraints: ["input is f32 [B, F, D] with F and D fixed"])
    public static let commutesWithTile = true

    public init() {}
    public init(attributes: Attributes) throws {}

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let input = try operands("input")
        guard input.dtype == .f32, input.rank == 3, let fields = input.dimensions[1].size, fields >= 0,
            input.dimensions[2].size != nil, let twice = CheckedSize.product([fields, fields - 1])
        else { throw Self.violates(1, "input is \(input)") }
        return [ValueType(.f32, [input.dimensions[0], .fixed(twice / 2)], side: input.side)]
    }

    public func flops(_ sizes: OperationSizes) -> Double {
        2 * sizes.results * sizes.width("input")
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let input = try operands("input")
        let fields = input.shape[1], width = input.shape[2], x = input.floats
        var result: [Float] = []
        for row in 0..<input.shape[0] {
            for i in 0..<fields {
                for j in (i + 1)..<max(fields, i + 1) {
                    var sum = 0.0
                    for d in 0..<width {
                        sum += Double(x[(row * fields + i) * width + d]) * Double(x[(row * fields + j) * width + d])
                    }
                    result.append(Float(sum))
                }
            }
        }
        return [Tensor(shape: [input.shape[0], fields * (fields - 1) / 2], floats: result)]
    }
}
