public import SlipwayCore

/// Bits of an action mask to the vectors of the actions that are set, zeros for the others.
public struct ActionEmbedding: Operation {
    public static let name = "action_embedding"
    public static let spec = OperationSpec(
        "y[i, k · D + d] = table[k, d] where a & masks[k] is above 0, else 0; a is actions[i] as an integer, with weights[t] "
            + "or-ed in for each t where watch_times[i] is at least thresholds[t]",
        operands: [("actions", .one), ("watch_times", .optional), ("masks", .one), ("table", .one)],
        constraints: [
            "actions are f32 [n, 1]", "watch_times have the dimensions of actions, and are there when thresholds are",
            "masks are i64 [K], K at least 1", "table is f32 [K, D]", "there are as many weights as thresholds",
        ])

    public let thresholds: [Int]
    public let weights: [Int]

    public init(thresholds: [Int] = [], weights: [Int] = []) {
        self.thresholds = thresholds
        self.weights = weights
    }

    public init(attributes: Attributes) throws {
        self.init(thresholds: try attributes.ints("thresholds"), weights: try attributes.ints("weights"))
    }

    public var attributes: Attributes { Attributes(["thresholds": .ints(thresholds), "weights": .ints(weights)]) }

    public func resultTypes(_ operands: OperandTypes) throws -> [ValueType] {
        guard let actions = try operands.steps("actions"), actions.dimensions[1] == .fixed(1) else {
            throw Self.violates(1, "actions are \(try operands("actions"))")
        }
        let times = operands.optional("watch_times")
        guard times == nil ? thresholds.isEmpty : times?.dimensions == actions.dimensions && times?.dtype == .f32 else {
            throw Self.violates(2, "watch_times are \(times.map { "\($0)" } ?? "missing")")
        }
        let masks = try operands("masks")
        guard masks.dtype == .i64, masks.rank == 1, let count = masks.dimensions[0].size, count >= 1 else {
            throw Self.violates(3, "masks are \(masks)")
        }
        guard let table = try operands.steps("table"), table.dimensions[0] == .fixed(count),
            let width = table.dimensions[1].size, let total = CheckedSize.product([count, width])
        else { throw Self.violates(4, "table is \(try operands("table")), masks are \(masks)") }
        guard thresholds.count == weights.count else {
            throw Self.violates(5, "\(weights.count) weights, \(thresholds.count) thresholds")
        }
        return [
            ValueType(
                .f32, [actions.dimensions[0], .fixed(total)], side: operands.varyingSide("actions", "watch_times"))
        ]
    }

    /// The bits of one step. A number that no 64 bits hold counts as 0.
    public func bits(_ action: Float, watchTime: Float?) -> Int64 {
        var bits = Int64(exactly: action.rounded(.towardZero)) ?? 0
        guard let watchTime else { return bits }
        for (threshold, weight) in zip(thresholds, weights) where watchTime >= Float(threshold) {
            bits |= Int64(weight)
        }
        return bits
    }

    public func evaluate(_ operands: OperandValues) throws -> [Tensor] {
        let actions = try operands("actions"), times = operands.optional("watch_times")?.floats
        let masks = try operands("masks").ints, table = try operands("table"), width = table.rowSize
        let rows = table.floats
        let result = actions.floats.enumerated().flatMap { step, action in
            let bits = bits(action, watchTime: times?[step])
            return masks.enumerated().flatMap { index, mask in
                rows[index * width..<(index + 1) * width].map { bits & mask > 0 ? $0 : $0 * 0 }
            }
        }
        return [Tensor(shape: [actions.shape[0], masks.count * width], floats: result)]
    }
}
