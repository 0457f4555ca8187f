public import SlipwayCore

/// The steps of each row summed up, each times its weight.
///
/// With `count` the steps are a request's, and every candidate of it brings weights of its own.
public struct WeightedSum: Operation {
    public static let name = "weighted_sum"
    public static let spec = OperationSpec(
        "y[b] = Σ weights[i] · values[j] over the steps j of b's row, i their place among all rows' steps",
        operands: [("weights", .one), ("values", .one), ("lengths", .one), ("count", .optional)],
        constraints: [
            "values are f32 [n, D], on the user side with count", "lengths are i32 [B], or [U] with count",
            "count is i32 [U]", "weights are f32 [m, 1] with m the steps of all rows: n without count",
        ])
    public static let commutesWithTile = true

    public init() {}
    public init(attributes: Attributes) throws {}

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        let values = try operands("values"), lengths = try operands("lengths"), weights = try operands("weights")
        let count = operands.optional("count")
        guard values.rank == 2, values.dtype == .f32, count == nil || values.side == .user else {
            throw Self.violates(1, "values are \(values)")
        }
        guard lengths.rank == 1, lengths.dtype == .i32, count == nil || lengths.dimensions == [.user] else {
            throw Self.violates(2, "lengths are \(lengths)")
        }
        if let count, count.dtype != .i32 || count.dimensions != [.user] { throw Self.violates(3, "count is \(count)") }
        guard weights.rank == 2, weights.dtype == .f32, weights.dimensions[1] == .fixed(1),
            count != nil || weights.dimensions[0] == values.dimensions[0]
        else { throw Self.violates(4, "weights are \(weights), values are \(values)") }
        guard count == nil else { return [ValueType(.f32, [.batch, values.dimensions[1]])] }
        return [
            ValueType(
                .f32, [lengths.dimensions[0], values.dimensions[1]], side: operands.side("weights", "values", "lengths")
            )
        ]
    }

    public func flops(_ sizes: OperationSizes) -> Double {
        2 * sizes.count("weights") * sizes.width("values")
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let values = try operands("values"), weights = try operands("weights").floats
        let steps = try Segments(lengths: try operands("lengths").ints, count: values.shape[0], of: Self.name)
        let requests = try operands.optional("count").map { try Segments(lengths: $0.ints, of: Self.name) }
        guard (requests?.count ?? steps.count) == steps.count else {
            throw Self.violates(3, "\(requests?.count ?? 0) counts for \(steps.count) sequences")
        }
        let all = (0..<steps.count).reduce(0) { $0 + steps[$1].count * (requests?[$1].count ?? 1) }
        guard all == weights.count else { throw Self.violates(4, "\(weights.count) weights for \(all) steps") }
        let width = values.rowSize, source = values.floats
        var result: [Float] = [], next = 0
        for segment in 0..<steps.count {
            for _ in requests?[segment] ?? 0..<1 {
                let first = next
                next += steps[segment].count
                for column in 0..<width {
                    let sum = steps[segment].enumerated().reduce(0.0) { sum, step in
                        sum + Double(weights[first + step.offset]) * Double(source[step.element * width + column])
                    }
                    result.append(Float(sum))
                }
            }
        }
        return [Tensor(shape: [result.count / max(width, 1), width], floats: result)]
    }
}
