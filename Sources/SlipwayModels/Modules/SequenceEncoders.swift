import SlipwayConfig
import SlipwayCore
import SlipwayGraph

extension EmbeddingGroup {
    /// One of the sequence encoders of a DEEP group: [B, D].
    mutating func sequenceEncoder(
        _ config: TzrecSeqEncoderConfig, of group: TzrecFeatureGroupConfig, in network: inout Network
    ) throws -> ValueID {
        switch config.seqModule {
        case .dinEncoder(let encoder):
            return try targetAttention(
                input(encoder.input, of: group), encoder.attnMlp, maximum: Int(encoder.maxSeqLength), in: &network)
        case .simpleAttention(let encoder):
            return try simpleAttention(
                input(encoder.input, of: group), maximum: Int(encoder.maxSeqLength), in: &network)
        case .poolingEncoder(let encoder):
            guard let mode = PoolingMode(rawValue: encoder.poolingType) else {
                throw SlipwayError(
                    .invalidConfig, "pooling_type of the encoder of \(encoder.input) is \(encoder.poolingType)",
                    fix: "use sum or mean")
            }
            let steps = try limited(input(encoder.input, of: group), maximum: Int(encoder.maxSeqLength), in: &network)
            return try network.segmentReduce(mode, steps.values, steps.lengths)
        case .multiWindowDinEncoder(let encoder):
            return try multiWindowAttention(
                input(encoder.input, of: group), windows: encoder.windowsLen.map(Int.init), encoder.attnMlp,
                in: &network)
        case .selfAttentionEncoder(let encoder):
            return try selfAttention(encoder, input(encoder.input, of: group), in: &network)
        case nil:
            throw SlipwayError(.invalidConfig, "a sequence_encoders entry of group \(group.groupName) is empty")
        }
    }

    /// The sequence group an encoder reads; one that names none reads the only one there is.
    private func input(_ name: String, of group: TzrecFeatureGroupConfig) -> String {
        guard name.isEmpty, let only = group.sequenceGroups.first else { return name }
        return only.hasGroupName ? only.groupName : group.groupName
    }

    /// Steps of a sequence group, at most `maximum` a row when that is positive.
    mutating func limited(_ group: String, maximum: Int, in network: inout Network) throws -> Steps {
        let steps = try sequence(group, in: &network)
        guard maximum > 0 else { return steps }
        let lengths = try network.builder.add(ClampLengths(maximum: maximum), [Operand("lengths", steps.lengths)])
        let values = try network.align(steps.values, steps.lengths, to: lengths, symbol: "S:\(group):\(maximum)")
        return Steps(values: values, lengths: lengths)
    }

    /// Target attention in the current module: the steps of a sequence group summed up with the weights that a network gives
    /// each pair of query and step. Source: Deep Interest Network, arXiv:1706.06978.
    ///
    /// - Returns: [B, Ds]; zeros for an empty sequence.
    mutating func targetAttention(
        _ group: String, _ mlp: TzrecMLP, maximum: Int = 0, in network: inout Network
    ) throws -> ValueID {
        guard let query = try query(group, in: &network) else {
            throw SlipwayError(
                .invalidConfig, "sequence group \(group) has no query feature", fix: "add the candidate's own features")
        }
        let steps = try limited(group, maximum: maximum, in: &network)
        guard try network.width(query) <= network.width(steps.values) else {
            throw SlipwayError(
                .invalidConfig,
                "sequence group \(group): the query is \(try network.width(query)) wide, its steps only "
                    + "\(try network.width(steps.values))", fix: "the query must not be wider than the steps")
        }
        let pairs = try network.builder.add(
            AttentionInput(),
            [Operand("query", query), Operand("sequence", steps.values), Operand("lengths", steps.lengths)])
        let hidden = try network.mlp(pairs, "mlp", mlp, over3D: true)
        let scores = try network.linear(hidden, "linear", outputs: 1)
        return try weightedSum(scores, steps, in: &network)
    }

    private mutating func simpleAttention(_ group: String, maximum: Int, in network: inout Network) throws -> ValueID {
        guard let query = try query(group, in: &network) else {
            throw SlipwayError(.invalidConfig, "sequence group \(group) has no query feature")
        }
        let steps = try limited(group, maximum: maximum, in: &network)
        let width = try network.width(steps.values)
        guard try network.width(query) == width else {
            throw SlipwayError(
                .invalidConfig, "sequence group \(group): query and steps differ in width",
                fix: "give query and sequence the same features, or use a din_encoder")
        }
        let symbol = network.type(steps.values).dimensions[0].description
        let queries = try network.builder.add(
            JaggedExpand(symbol: symbol), [Operand("rows", query), Operand("lengths", steps.lengths)])
        let scores = try network.reduce(.sum, try network.multiply(queries, steps.values), axis: 1, keep: true)
        return try weightedSum(scores, steps, in: &network)
    }

    /// Σ softmax(scores) · steps over each row.
    private func weightedSum(_ scores: ValueID, _ steps: Steps, in network: inout Network) throws -> ValueID {
        let weights = try network.builder.add(
            JaggedSoftmax(), [Operand("values", scores), Operand("lengths", steps.lengths)])
        return try network.segmentReduce(.sum, try network.multiply(weights, steps.values), steps.lengths)
    }
}
