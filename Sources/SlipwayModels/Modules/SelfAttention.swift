import SlipwayConfig
import SlipwayCore
import SlipwayGraph

extension EmbeddingGroup {
    /// Multi-head attention of the steps of a sequence group among themselves, then the mean over the steps.
    ///
    /// Steps beyond `max_seq_length` are not read, but count in the mean, as upstream.
    ///
    /// - Returns: [B, multihead_attn_dim]; zeros for an empty sequence.
    mutating func selfAttention(
        _ config: TzrecSelfAttentionEncoder, _ group: String, in network: inout Network
    ) throws -> ValueID {
        let all = try sequence(group, in: &network)
        let steps = try limited(group, maximum: Int(config.maxSeqLength), in: &network)
        let width = Int(config.multiheadAttnDim), heads = Int(config.numHeads)
        guard heads > 0, width > 0, width.isMultiple(of: heads) else {
            throw SlipwayError(
                .invalidConfig,
                "self_attention_encoder of \(group): multihead_attn_dim \(width) is no multiple of "
                    + "num_heads \(heads)", fix: "make it one")
        }
        let projected = try ["_query", "_key", "_value"].map {
            try network.linear(steps.values, $0, outputs: width)
        }
        let attended = try network.module("_multihead_attn") { network in
            // Upstream's projections of query, key and value lie in one weight. All three are computed for each input and
            // two dropped, because a part of a weight is no weight.
            let weight = try network.weight("in_proj_weight", [3 * width, width])
            let bias = try network.weight("in_proj_bias", [3 * width])
            let operands = try projected.enumerated().map { index, value in
                let whole = try network.builder.add(
                    Linear(), [Operand("input", value), Operand("weight", weight), Operand("bias", bias)])
                return try network.slice(whole, axis: 1, index * width..<(index + 1) * width)
            }
            let mixed = try network.builder.add(
                JaggedAttention(heads: heads),
                zip(["query", "key", "value"], operands).map { Operand($0, $1) }
                    + [Operand("lengths", steps.lengths)])
            return try network.linear(mixed, "out_proj", outputs: width)
        }
        let padded = try network.align(
            attended, steps.lengths, to: all.lengths, symbol: "S:\(group):attended")
        return try network.segmentReduce(.mean, padded, all.lengths)
    }
}
