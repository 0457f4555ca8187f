import SlipwayConfig
import SlipwayCore
import SlipwayGraph

extension Network {
    /// Position and time vectors added to `steps`, in module `_positional_encoder`.
    ///
    /// - Parameter anchor: the time of each row's request, [B, 1]; nil takes that of its last step.
    mutating func hstuPositions(
        _ steps: HSTUSteps, _ config: TzrecGRPositionalEncoder, anchor: ValueID?
    ) throws -> ValueID {
        let width = try self.width(steps.values), scale = Double(width).squareRoot()
        return try module("_positional_encoder") { network in
            let positions = try network.weight(
                "_position_embeddings_weight", [Int(config.numPositionBuckets), width])
            var operands = [
                Operand("values", steps.values), Operand("lengths", steps.lengths), Operand("tail", steps.tail),
            ]
            guard config.useTimeEncoding else {
                operands.append(Operand("table", positions))
                return try network.builder.add(PositionEncoding(scale: scale), operands)
            }
            guard let function = TimePositionEncoding.Function(rawValue: config.timeBucketFn) else {
                throw SlipwayError(
                    .invalidConfig, "time_bucket_fn is \"\(config.timeBucketFn)\"", fix: "use \"sqrt\" or \"log\"")
            }
            let times = try network.weight("_timestamp_embeddings_weight", [Int(config.numTimeBuckets) + 1, width])
            operands += [
                Operand("positions", positions), Operand("times", times), Operand("timestamps", steps.timestamps),
            ]
            if let anchor { operands.append(Operand("anchor", anchor)) }
            return try network.builder.add(
                TimePositionEncoding(
                    scale: scale, prefix: steps.prefix, function: function,
                    increment: Double(config.timeBucketIncrements)), operands)
        }
    }

    /// The stack of layers, in module `_stu_module`; in its middle the history may be cut to its last steps.
    ///
    /// - Parameter scaling: what attention is divided by where the layer's config has no `scaling_seqlen`.
    mutating func hstuStack(_ steps: HSTUSteps, _ config: TzrecHSTU, scaling: Int, symbol: String) throws -> HSTUSteps {
        let layers = Int(config.attnNumLayers)
        let split = Int(config.attnTruncationSplitLayer), kept = Int(config.attnTruncationTailLen)
        guard (split > 0) == (kept > 0), split == 0 || split < layers else {
            throw SlipwayError(
                .invalidConfig,
                "attn_truncation_split_layer is \(split) and attn_truncation_tail_len \(kept), with \(layers) layers",
                fix: "set both, the layer below attn_num_layers, or none")
        }
        let own = Int(config.stu.contextualSeqLen), prefix = own < 0 ? steps.prefix : own
        var steps = steps
        return try module("_stu_module") { network in
            try network.module("_stu_layers") { network in
                for layer in 0..<layers {
                    if split > 0, layer == split {
                        let cut = JaggedTruncate(prefix: prefix, limit: kept, symbol: symbol)
                        let shape = [Operand("lengths", steps.lengths), Operand("tail", steps.tail)]
                        let values = try network.builder.addAll(cut, [Operand("values", steps.values)] + shape)
                        let times = try network.builder.addAll(cut, [Operand("values", steps.timestamps)] + shape)
                        steps.values = values[0]
                        steps.lengths = values[1]
                        steps.timestamps = times[0]
                    }
                    steps.values = try network.module(String(layer)) {
                        try $0.hstuLayer(steps, config.stu, prefix: prefix, scaling: scaling)
                    }
                }
                return steps
            }
        }
    }

    /// One sequential transduction unit.
    private mutating func hstuLayer(
        _ steps: HSTUSteps, _ config: TzrecSTU, prefix: Int, scaling: Int
    ) throws -> ValueID {
        let width = Int(config.embeddingDim), heads = Int(config.numHeads)
        let hidden = Int(config.hiddenDim) * heads, attention = Int(config.attentionDim) * heads
        guard heads > 0, hidden > 0, attention > 0, try self.width(steps.values) == width else {
            throw SlipwayError(
                .invalidConfig,
                "stu has \(heads) heads, hidden_dim \(config.hiddenDim), attention_dim \(config.attentionDim) and an "
                    + "embedding_dim of \(width)", fix: "set all of them to positive numbers")
        }
        let normal = try builder.add(
            LayerNorm(epsilon: 1e-6),
            [
                Operand("input", steps.values), Operand("gamma", try weight("_input_norm_weight", [width])),
                Operand("beta", try weight("_input_norm_bias", [width])),
            ])
        let columns = 2 * (hidden + attention)
        let all = try add(
            try matmul(normal, try weight("_uvqk_weight", [width, columns])), try weight("_uvqk_beta", [columns]))
        let gate = try unary(.silu, try slice(all, axis: 1, 0..<hidden))
        let value = try slice(all, axis: 1, hidden..<2 * hidden)
        let query = try slice(all, axis: 1, 2 * hidden..<2 * hidden + attention)
        let key = try slice(all, axis: 1, 2 * hidden + attention..<columns)
        let divisor = config.scalingSeqlen < 0 ? scaling : Int(config.scalingSeqlen)
        guard divisor > 0 else {
            throw SlipwayError(
                .invalidConfig, "attention would be divided by \(divisor)",
                fix: "set max_seq_len, or scaling_seqlen of stu, to a positive number")
        }
        let attended = try builder.add(
            HSTUAttention(
                heads: heads,
                alpha: config.attnAlpha == 0
                    ? 1 / Double(config.attentionDim).squareRoot() : Double(config.attnAlpha),
                scaling: Double(divisor), prefix: prefix, window: Int(config.maxAttnLen), local: Int(config.slaK1),
                global: Int(config.slaK2)),
            [
                Operand("query", query), Operand("key", key), Operand("value", value),
                Operand("lengths", steps.lengths), Operand("tail", steps.tail),
            ])
        let gated = try multiply(gate, try outputNorm(attended, config, heads: heads, hidden: hidden))
        let output = try weight("_output_weight", [3 * hidden, width])
        return try add(try matmul(try concat([gate, attended, gated]), output), steps.values)
    }

    /// Attention's result normalised over all of it, or head by head.
    private mutating func outputNorm(_ input: ValueID, _ config: TzrecSTU, heads: Int, hidden: Int) throws -> ValueID {
        let norm = LayerNorm(epsilon: 1e-6), size = config.useGroupNorm ? heads : hidden
        let gamma = try weight("_output_norm_weight", [size]), beta = try weight("_output_norm_bias", [size])
        guard config.useGroupNorm else {
            return try builder.add(norm, [Operand("input", input), Operand("gamma", gamma), Operand("beta", beta)])
        }
        let split = try builder.add(norm, [Operand("input", try reshape(input, tail: [heads, hidden / heads]))])
        let scaled = try add(
            try multiply(split, try reshape(gamma, tail: [1])), try reshape(beta, tail: [1]))
        return try reshape(scaled, tail: [hidden])
    }

    /// The output postprocessor, in module `_output_postprocessor`: steps [n, D] at times [n, 1] → [n, D].
    mutating func hstuPostprocessor(
        _ values: ValueID, _ timestamps: ValueID, _ config: TzrecGROutputPostprocessor
    ) throws -> ValueID {
        try module("_output_postprocessor") { network in
            switch config.outputPostprocessor {
            case .l2NormPostprocessor: return try network.normalized(values, least: 1e-6)
            case .layernormPostprocessor: return try network.layerNorm(values, "_layer_norm")
            case .timestampLayernormPostprocessor(let config):
                let periods = config.timeDurationPeriodUnits.count
                guard periods > 0, periods == config.timeDurationUnitsPerPeriod.count else {
                    throw SlipwayError(
                        .invalidConfig,
                        "timestamp_layernorm_postprocessor has \(periods) time_duration_period_units and "
                            + "\(config.timeDurationUnitsPerPeriod.count) time_duration_units_per_period",
                        fix: "set as many of one as of the other")
                }
                let times = try network.builder.add(
                    TimePeriods(),
                    [
                        Operand("timestamps", timestamps),
                        Operand("units", try network.weight("_period_units", [1, periods])),
                        Operand("counts", try network.weight("_units_per_period", [1, periods])),
                    ])
                let combined = try network.linear(
                    try network.concat([values, times]), "_time_feature_combiner", outputs: try network.width(values))
                return try network.layerNorm(combined, "_layer_norm")
            case nil:
                throw SlipwayError(
                    .invalidConfig, "output_postprocessor is not set",
                    fix: "set l2norm_postprocessor, layernorm_postprocessor or timestamp_layernorm_postprocessor")
            }
        }
    }
}
