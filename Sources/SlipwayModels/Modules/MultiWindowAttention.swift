import SlipwayConfig
import SlipwayCore
import SlipwayGraph

extension EmbeddingGroup {
    /// Target attention without softmax, averaged over windows of steps, then the query. Source: Tree-based Deep Model,
    /// arXiv:1801.02294.
    ///
    /// - Parameter windows: steps in each window; steps after the last window do not count.
    /// - Returns: [B, (windows + 1) · Ds].
    mutating func multiWindowAttention(
        _ group: String, windows: [Int], _ mlp: TzrecMLP, in network: inout Network
    ) throws -> ValueID {
        guard let query = try query(group, in: &network) else {
            throw SlipwayError(
                .invalidConfig, "sequence group \(group) has no query feature", fix: "add the candidate's own features")
        }
        guard !windows.isEmpty, windows.allSatisfy({ $0 > 0 }) else {
            throw SlipwayError(
                .invalidConfig, "windows_len of \(group) is \(windows)", fix: "name the length of every window, above 0"
            )
        }
        let steps = try sequence(group, in: &network)
        let width = try network.width(steps.values)
        let target = try network.zeroPadded(query, to: width, group)
        let queries = try network.builder.add(
            JaggedExpand(symbol: network.type(steps.values).dimensions[0].description),
            [Operand("rows", target), Operand("lengths", steps.lengths)])
        let pairs = try network.concat([steps.values, try network.multiply(queries, steps.values), queries])
        let hidden = try network.mlp(pairs, "mlp", mlp, over3D: true)
        let raw = try network.linear(hidden, "linear", outputs: 1)
        let scores = try network.module("active") { network in
            try network.builder.add(
                Prelu(), [Operand("input", raw), Operand("slope", try network.weight("weight", [1]))])
        }
        let means = try network.builder.add(
            WindowMean(windows: windows),
            [
                Operand("values", try network.multiply(scores, steps.values)), Operand("lengths", steps.lengths),
            ])
        return try network.concat([try network.reshape(means, tail: [windows.count * width]), target])
    }
}

extension Network {
    /// [B, K] with zeros behind to [B, width].
    fileprivate mutating func zeroPadded(_ input: ValueID, to width: Int, _ group: String) throws -> ValueID {
        let own = try self.width(input)
        guard own < width else {
            guard own == width else {
                throw SlipwayError(
                    .invalidConfig, "sequence group \(group): the query is \(own) wide, its steps only \(width)",
                    fix: "the query must not be wider than the steps")
            }
            return input
        }
        let identity = (0..<own * width).map { Float($0 / width == $0 % width ? 1 : 0) }
        return try matmul(
            input,
            try builder.parameter(
                "constant.identity_\(own)_\(width)", shape: [own, width], source: .constant(identity)))
    }
}
