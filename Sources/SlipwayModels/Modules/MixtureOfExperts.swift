import SlipwayConfig
import SlipwayCore
import SlipwayGraph

extension Network {
    /// Multi-gate mixture of experts called `name`: one mixture of the experts a task. Source: MMoE, KDD 2018.
    ///
    /// - Parameter input: [B, K].
    /// - Returns: a value [B, expert width] for each of `tasks` tasks.
    mutating func mixtureOfExperts(
        _ input: ValueID, _ name: String, expert: TzrecMLP, count: Int, gate: TzrecMLP?, tasks: Int
    ) throws -> [ValueID] {
        guard count > 0 else { throw SlipwayError(.invalidConfig, "\(name): num_expert is 0", fix: "set it above 0") }
        return try module(name) { network in
            let experts = try network.module("expert_mlps") { network in
                try (0..<count).map { try network.mlp(input, String($0), expert) }
            }
            let stacked = try network.stack(experts)
            return try (0..<tasks).map { task in
                var gateInput = input
                if let gate { gateInput = try network.module("gate_mlps") { try $0.mlp(input, String(task), gate) } }
                let logits = try network.module("gate_finals") {
                    try $0.linear(gateInput, String(task), outputs: count)
                }
                return try network.mix(stacked: stacked, logits)
            }
        }
    }

    /// What each of `tasks` tasks reads: a mixture of its own where there are experts, else `shared`.
    mutating func taskInputs(
        _ shared: ValueID, expert: TzrecMLP?, count: Int, gate: TzrecMLP?, tasks: Int
    ) throws -> [ValueID] {
        guard let expert else { return Array(repeating: shared, count: tasks) }
        return try mixtureOfExperts(shared, "mmoe", expert: expert, count: count, gate: gate, tasks: tasks)
    }

    /// The experts [B, D], weighted by the softmax of the logits [B, experts]: [B, D].
    mutating func mix(_ experts: [ValueID], _ logits: ValueID) throws -> ValueID {
        try mix(stacked: try stack(experts), logits)
    }

    private mutating func mix(stacked: ValueID, _ logits: ValueID) throws -> ValueID {
        let shares = try reshape(try softmax(logits), tail: [1, try width(logits)])
        return try reshape(try matmul(shares, stacked), tail: [try width(stacked)])
    }

    /// Values [B, D] under one another: [B, values, D].
    private mutating func stack(_ values: [ValueID]) throws -> ValueID {
        let rows = try values.map { try reshape($0, tail: [1, try width($0)]) }
        return try concat(rows, axis: 1)
    }
}
