public import SlipwayCore

/// Multi-head attention among the steps of each row.
public struct JaggedAttention: Operation {
    public static let name = "jagged_attention"
    public static let spec = OperationSpec(
        "for each head, y[i] = Σ softmax(q[i] · k[j] / √d) v[j] over the steps j of i's row, d the width of a head",
        operands: [("query", .one), ("key", .one), ("value", .one), ("lengths", .one)],
        constraints: [
            "query is f32 [n, D] with D fixed", "key and value have the type of query", "lengths are i32 [B]",
            "D is a multiple of heads, which is at least 1",
        ])
    public static let commutesWithTile = true

    public let heads: Int

    public init(heads: Int) { self.heads = heads }
    public init(attributes: Attributes) throws { self.init(heads: try attributes.int("heads")) }
    public var attributes: Attributes { Attributes(["heads": .int(heads)]) }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let query = try operands("query"), key = try operands("key"), value = try operands("value")
        let lengths = try operands("lengths")
        guard query.rank == 2, query.dtype == .f32, let width = query.dimensions[1].size else {
            throw Self.violates(1, "query is \(query)")
        }
        guard key == query, value == query else { throw Self.violates(2, "key is \(key), value is \(value)") }
        guard lengths.rank == 1, lengths.dtype == .i32 else { throw Self.violates(3, "lengths are \(lengths)") }
        guard heads >= 1, width.isMultiple(of: heads) else { throw Self.violates(4, "\(heads) heads of \(query)") }
        return [query]
    }

    /// Scores and sums of pairs of steps, softmax between; rows taken as equally long.
    public func flops(_ sizes: OperationSizes) -> Double {
        sizes.pairs("query", lengths: "lengths") * (4 * sizes.width("query") + 6 * Double(heads))
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let query = try operands("query"), width = query.rowSize, size = width / heads
        let q = query.floats, k = try operands("key").floats, v = try operands("value").floats
        let segments = try Segments(lengths: try operands("lengths").ints, count: query.shape[0], of: Self.name)
        var result = [Float](repeating: 0, count: q.count)
        for row in 0..<segments.count {
            for step in segments[row] {
                for first in stride(from: 0, to: width, by: max(size, 1)) {
                    let scores = segments[row].map { other in
                        let dot = (first..<first + size).reduce(0.0) { sum, column in
                            sum + Double(q[step * width + column]) * Double(k[other * width + column])
                        }
                        return Float(dot / Double(size).squareRoot())
                    }
                    let weights = Reference.softmax(scores)
                    for column in first..<first + size {
                        let sum = zip(segments[row], weights).reduce(0.0) { sum, pair in
                            sum + Double(pair.1) * Double(v[pair.0 * width + column])
                        }
                        result[step * width + column] = Float(sum)
                    }
                }
            }
        }
        return [Tensor(shape: query.shape, floats: result)]
    }
}
