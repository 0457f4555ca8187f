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
        guard count > 0 else { throw SlipwayError(.invalidConfig, "\(name): num_expert is 0") }
        return try module(name) { network in
            let experts = try network.module("expert_mlps") { network in
                try (0..<count).map { try network.mlp(input, String($0), expert) }
            }
            let width = try network.width(experts[0])
            let rows = try experts.map { try network.reshape($0, tail: [1, width]) }
            let stacked = try network.concat(rows, axis: 1)
            return try (0..<tasks).map { task in
                var gateInput = input
                if let gate { gateInput = try network.module("gate_mlps") { try $0.mlp(input, String(task), gate) } }
                let logits = try network.module("gate_finals") {
                    try $0.linear(gateInput, String(task), outputs: count)
                }
                let shares = try network.reshape(try network.softmax(logits), tail: [1, count])
                return try network.reshape(try network.matmul(shares, stacked), tail: [width])
            }
        }
    }
}
