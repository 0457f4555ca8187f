import SlipwayConfig
import SlipwayCore
import SlipwayGraph

extension Network {
    /// MaskNet called `name` over feature embeddings [B, K]: blocks side by side or one after the other, then an MLP.
    /// Source: arXiv:2102.07619.
    mutating func maskNet(_ features: ValueID, _ name: String, _ config: TzrecMaskNetModule) throws -> ValueID {
        guard config.nMaskBlocks > 0 else {
            throw SlipwayError(.invalidConfig, "\(name): n_mask_blocks is 0", fix: "set it above 0")
        }
        return try module(name) { network in
            let normal = try network.layerNorm(features, "ln_emb")
            var hidden = try network.module("mask_blocks") { network -> ValueID in
                if config.useParallel {
                    let blocks = try (0..<config.nMaskBlocks).map {
                        try network.maskBlock(normal, mask: features, String($0), config.maskBlock)
                    }
                    return try network.concat(blocks)
                }
                var value = normal
                for index in 0..<config.nMaskBlocks {
                    value = try network.maskBlock(value, mask: features, String(index), config.maskBlock)
                }
                return value
            }
            if config.hasTopMlp { hidden = try network.mlp(hidden, "top_mlp", config.topMlp) }
            return hidden
        }
    }

    /// One block: `input` times a mask that a small network makes of `mask`, through a layer with layer norm and ReLU.
    private mutating func maskBlock(
        _ input: ValueID, mask: ValueID, _ name: String, _ config: TzrecMaskBlock
    ) throws -> ValueID {
        let width = try self.width(input)
        // The ratio wins when both are set, as upstream; its default is 1.
        let aggregation =
            config.reductionRatio != 0
            ? Int(Double(width) * Double(config.reductionRatio)) : Int(config.aggregationDim)
        guard aggregation > 0, config.hiddenDim > 0 else {
            throw SlipwayError(.invalidConfig, "\(name): aggregation_dim, reduction_ratio or hidden_dim is 0")
        }
        return try module(name) { network in
            let weights = try network.module("mask_generator") { network in
                let hidden = try network.unary(.relu, try network.linear(mask, "0", outputs: aggregation))
                return try network.linear(hidden, "2", outputs: width)
            }
            let masked = try network.multiply(input, weights)
            return try network.module("ffn") { network in
                let hidden = try network.linear(masked, "0", outputs: Int(config.hiddenDim))
                return try network.unary(.relu, try network.layerNorm(hidden, "1"))
            }
        }
    }
}
