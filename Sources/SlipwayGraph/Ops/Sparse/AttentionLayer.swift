public import SlipwayCore

/// A linear layer over a query, the steps of its sequence and their products, with the weights of each apart.
///
/// With `count` the sequence is a request's and every candidate of it brings a query: each step is read once a candidate, but
/// is there once a request.
public struct AttentionLayer: SymbolOperation {
    public static let name = "attention_layer"
    public static let spec = OperationSpec(
        "y[i] = query_weight · q + step_weight · s + product_weight · (q · s[:Dq]) + bias for every query q and step s of its row",
        operands: [
            ("query", .one), ("sequence", .one), ("lengths", .one), ("count", .optional), ("query_weight", .one),
            ("step_weight", .one), ("product_weight", .one), ("bias", .optional),
        ],
        constraints: [
            "sequence is f32 [n, D] with D fixed, on the user side with count",
            "query is f32 [B, Dq] with Dq fixed and ≤ D",
            "lengths are i32 with the rows of query, or [U] with count",
            "count is i32 [U]",
            "query_weight and product_weight are f32 [N, Dq], step_weight f32 [N, D], bias f32 [N]",
        ])
    public static let commutesWithTile = true
    public static let lengthsOfResult: String? = "lengths"

    /// Symbol of the result's leading dimension.
    public let symbol: String

    public init(symbol: String) { self.symbol = symbol }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let query = try operands("query"), sequence = try operands("sequence"), lengths = try operands("lengths")
        let count = operands.optional("count")
        guard sequence.rank == 2, sequence.dtype == .f32, let width = sequence.dimensions[1].size,
            count == nil || sequence.side == .user
        else { throw Self.violates(1, "sequence is \(sequence)") }
        guard query.rank == 2, query.dtype == .f32, let narrow = query.dimensions[1].size, narrow <= width else {
            throw Self.violates(2, "query is \(query), sequence is \(sequence)")
        }
        let rows = count == nil ? query.dimensions[0] : .user
        guard lengths.dtype == .i32, lengths.dimensions == [rows] else {
            throw Self.violates(3, "lengths are \(lengths), query is \(query)")
        }
        if let count, count.dtype != .i32 || count.dimensions != [.user] { throw Self.violates(4, "count is \(count)") }
        let stepWeight = try operands("step_weight")
        guard stepWeight.rank == 2, stepWeight.dtype == .f32, stepWeight.dimensions[1] == .fixed(width),
            let columns = stepWeight.dimensions[0].size
        else { throw Self.violates(5, "step_weight is \(stepWeight), sequence is \(sequence)") }
        let shape = [Dimension.fixed(columns), .fixed(narrow)]
        for role in ["query_weight", "product_weight"] {
            let type = try operands(role)
            guard type.dtype == .f32, type.dimensions == shape else {
                throw Self.violates(5, "\(role) is \(type), query is \(query)")
            }
        }
        if let bias = operands.optional("bias"), bias.dtype != .f32 || bias.dimensions != [.fixed(columns)] {
            throw Self.violates(5, "bias is \(bias)")
        }
        let side = count == nil ? operands.side("query", "sequence", "lengths") : .item
        return [ValueType(.f32, [.symbol(symbol), .fixed(columns)], side: side)]
    }

    /// Three products of matrices, the step's and the query's each once, q · s for every pair, and the sums of the three.
    public func flops(_ sizes: OperationSizes) -> Double {
        2 * (sizes.count("query") + sizes.count("sequence")) * sizes.rows("step_weight")
            + sizes.results * (2 * sizes.width("query") + 2 + (sizes.has("bias") ? 1 : 0))
            + sizes.results / max(1, sizes.rows("step_weight")) * sizes.width("query")
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let query = try operands("query"), sequence = try operands("sequence")
        let width = sequence.rowSize, narrow = query.rowSize
        let steps = try Segments(lengths: try operands("lengths").ints, count: sequence.shape[0], of: Self.name)
        let requests = try operands.optional("count").map { try Segments(lengths: $0.ints, of: Self.name) }
        guard (requests?.total ?? steps.count) == query.shape[0], (requests?.count ?? steps.count) == steps.count else {
            throw Self.violates(3, "\(query.shape[0]) queries for \(steps.count) sequences")
        }
        let q = query.floats, s = sequence.floats, bias = operands.optional("bias")?.floats
        let wq = try operands("query_weight").floats, ws = try operands("step_weight").floats
        let wp = try operands("product_weight").floats
        let columns = try operands("step_weight").shape[0]
        var result: [Float] = []
        func append(row: Int, step: Int) {
            for column in 0..<columns {
                var sum = Double(bias?[column] ?? 0)
                for d in 0..<narrow {
                    let own = Double(q[row * narrow + d])
                    sum += Double(wq[column * narrow + d]) * own
                    sum += Double(wp[column * narrow + d]) * own * Double(s[step * width + d])
                }
                for d in 0..<width { sum += Double(ws[column * width + d]) * Double(s[step * width + d]) }
                result.append(Float(sum))
            }
        }
        for segment in 0..<steps.count {
            for row in requests?[segment] ?? segment..<segment + 1 {
                for step in steps[segment] { append(row: row, step: step) }
            }
        }
        return [Tensor(shape: [result.count / max(columns, 1), columns], floats: result)]
    }
}
