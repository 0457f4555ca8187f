import SlipwayConfig
import SlipwayCore
import SlipwayGraph

/// Jagged steps on their way through HSTU: the prefix about the user, the history, then the targets of each row.
struct HSTUSteps {
    /// f32 [symbol, D].
    var values: ValueID
    /// i32 [B].
    var lengths: ValueID
    /// Targets at the end of each row, i32 [B].
    let tail: ValueID
    /// f32 [symbol, 1].
    var timestamps: ValueID
    /// Steps about the user at the front of each row.
    let prefix: Int
}

/// Groups of one HSTU channel and what is read of them.
struct HSTUInputs {
    /// Name of the history's group; those of actions, watch times and timestamps begin with `prefix`.
    let history: String
    /// "uih", or the channel's name.
    let prefix: String
    /// Whether sequences run from the oldest step to the newest; else they are read backwards.
    let isAscending: Bool
    let context: HSTUContext?

    init(history: String, channel: String, isAscending: Bool, context: HSTUContext?) {
        self.history = history
        prefix = channel.isEmpty ? "uih" : channel
        self.isAscending = isAscending
        self.context = context
    }

    /// Steps of the group `name`, oldest first; those of `like` in number when that is given.
    func steps(
        _ name: String, like: EmbeddingGroup.Steps? = nil, _ inputs: inout EmbeddingGroup, _ network: inout Network
    ) throws -> EmbeddingGroup.Steps {
        var steps = try inputs.sequence(name, in: &network)
        if let like, case .symbol(let symbol) = network.type(like.values).dimensions[0] {
            steps = EmbeddingGroup.Steps(
                values: try network.align(steps.values, steps.lengths, to: like.lengths, symbol: symbol),
                lengths: like.lengths)
        }
        guard !isAscending else { return steps }
        let reversed = try network.builder.add(
            JaggedReverse(), [Operand("values", steps.values), Operand("lengths", steps.lengths)])
        return EmbeddingGroup.Steps(values: reversed, lengths: steps.lengths)
    }
}

extension Network {
    /// The input preprocessor of a channel, in module `_input_preprocessor`.
    mutating func hstuPreprocessor(
        _ config: TzrecGRInputPreprocessor, width: Int, _ groups: HSTUInputs, _ inputs: inout EmbeddingGroup
    ) throws -> HSTUSteps {
        try module("_input_preprocessor") { network in
            switch config.inputPreprocessor {
            case .contextualPreprocessor(let config):
                return try network.withCandidates(
                    HSTUParts(
                        action: config.hasActionEncoder ? config.actionEncoder : nil, actionMLP: config.actionMlp,
                        content: config.contentEncoder, contentMLP: config.contentMlp, interleaves: false),
                    width: width, groups, &inputs)
            case .contextualInterleavePreprocessor(let config):
                return try network.withCandidates(
                    HSTUParts(
                        action: config.hasActionEncoder ? config.actionEncoder : nil, actionMLP: config.actionMlp,
                        content: config.contentEncoder, contentMLP: config.contentMlp,
                        interleaves: config.enableInterleaving),
                    width: width, groups, &inputs)
            case .uihPreprocessor(let config):
                return try network.historyOnly(config, width: width, groups, &inputs)
            case nil:
                throw SlipwayError(
                    .invalidConfig, "input_preprocessor is not set",
                    fix: "set contextual_preprocessor, contextual_interleave_preprocessor or uih_preprocessor")
            }
        }
    }

    /// History and candidates, content and actions added up or in turn.
    private mutating func withCandidates(
        _ parts: HSTUParts, width: Int, _ groups: HSTUInputs, _ inputs: inout EmbeddingGroup
    ) throws -> HSTUSteps {
        let history = try groups.steps(groups.history, &inputs, &self)
        let targets = try groups.steps("candidate", &inputs, &self)
        let symbol = "S:\(groups.prefix):joined"
        let (content, lengths) = try contentSteps(parts.content, history, targets, symbol: symbol)
        var values = try contextualizedMLP(
            content, lengths, "_content_embedding_mlp", parts.contentMLP, outputs: width, groups.context)
        let past = try groups.steps("\(groups.prefix)_timestamp", like: history, &inputs, &self)
        let now = try groups.steps("candidate_timestamp", like: targets, &inputs, &self)
        var timestamps = try joined(past.values, history.lengths, now.values, targets.lengths, symbol: symbol).values
        guard let action = parts.action else {
            guard !parts.interleaves else {
                throw SlipwayError(
                    .invalidConfig, "contextual_interleave_preprocessor has no action_encoder",
                    fix: "set it, or enable_interleaving: false")
            }
            return try withPrefix(values, lengths, targets.lengths, timestamps, width: width, groups)
        }
        let (own, table) = try actions(action, like: history, groups, &inputs)
        let ofTargets = try builder.add(RowExpand(), [Operand("row", table), Operand("like", targets.values)])
        let all = try joined(own, history.lengths, ofTargets, targets.lengths, symbol: symbol).values
        let actions = try contextualizedMLP(
            all, lengths, "_action_embedding_mlp", parts.actionMLP, outputs: width, groups.context)
        guard parts.interleaves else {
            values = try add(values, actions)
            return try withPrefix(values, lengths, targets.lengths, timestamps, width: width, groups)
        }
        func inTurn(_ a: ValueID, _ b: ValueID) throws -> [ValueID] {
            try builder.addAll(
                JaggedInterleave(symbol: "S:\(groups.prefix):turns"),
                [
                    Operand("a", a), Operand("b", b), Operand("lengths", lengths),
                    Operand("tail", targets.lengths),
                ])
        }
        let turns = try inTurn(values, actions)
        timestamps = try inTurn(timestamps, timestamps)[0]
        return try withPrefix(turns[0], turns[1], targets.lengths, timestamps, width: width, groups)
    }

    /// The history alone: what a match model's user tower reads.
    private mutating func historyOnly(
        _ config: TzrecGRUIHPreprocessor, width: Int, _ groups: HSTUInputs, _ inputs: inout EmbeddingGroup
    ) throws -> HSTUSteps {
        let history = try groups.steps(groups.history, &inputs, &self)
        var values = try linear(history.values, "_input_projection", outputs: width)
        if config.hasActionEncoder {
            let own = try actions(config.actionEncoder, like: history, groups, &inputs).values
            values = try add(
                values,
                try contextualizedMLP(
                    own, history.lengths, "_action_embedding_mlp", config.actionMlp, outputs: width, groups.context))
        }
        let timestamps = try groups.steps("\(groups.prefix)_timestamp", like: history, &inputs, &self)
        let none = try builder.add(ClampLengths(maximum: 0), [Operand("lengths", history.lengths)])
        return try withPrefix(values, history.lengths, none, timestamps.values, width: width, groups)
    }

    /// Puts the context's steps, at time 0, before each row.
    private mutating func withPrefix(
        _ values: ValueID, _ lengths: ValueID, _ tail: ValueID, _ timestamps: ValueID, width: Int, _ groups: HSTUInputs
    ) throws -> HSTUSteps {
        guard let context = groups.context else {
            return HSTUSteps(values: values, lengths: lengths, tail: tail, timestamps: timestamps, prefix: 0)
        }
        let prepend = JaggedPrepend(steps: context.count, symbol: "S:\(groups.prefix):all")
        let prefix = try contextSteps(context, outputs: width)
        let whole = try builder.addAll(
            prepend, [Operand("values", values), Operand("lengths", lengths), Operand("prefix", prefix)])
        let times = try builder.addAll(prepend, [Operand("values", timestamps), Operand("lengths", lengths)])
        return HSTUSteps(
            values: whole[0], lengths: whole[1], tail: tail, timestamps: times[0], prefix: context.count)
    }

    /// The steps of `left`, then those of `right`, row by row.
    private mutating func joined(
        _ left: ValueID, _ leftLengths: ValueID, _ right: ValueID, _ rightLengths: ValueID, symbol: String
    ) throws -> (values: ValueID, lengths: ValueID) {
        let results = try builder.addAll(
            JaggedConcat(symbol: symbol),
            [
                Operand("left", left), Operand("left_lengths", leftLengths), Operand("right", right),
                Operand("right_lengths", rightLengths),
            ])
        return (results[0], results[1])
    }

    /// History and candidates brought to one width and joined, in module `_content_encoder`.
    private mutating func contentSteps(
        _ config: TzrecGRContentEncoder, _ history: EmbeddingGroup.Steps, _ targets: EmbeddingGroup.Steps,
        symbol: String
    ) throws -> (values: ValueID, lengths: ValueID) {
        let own = try width(history.values), other = try width(targets.values)
        var left = history.values, right = targets.values
        switch config.contentEncoder {
        case .sliceContentEncoder:
            guard other >= own else { throw Self.narrowCandidates(own, other, "slice_content_encoder") }
            if other > own { right = try slice(right, axis: 1, 0..<own) }
        case .padContentEncoder:
            guard other > own else { throw Self.narrowCandidates(own, other, "pad_content_encoder") }
            let filler = try module("_content_encoder") {
                try $0.weight("_target_enrich_dummy_embeddings", [1, other - own])
            }
            left = try concat([left, try builder.add(RowExpand(), [Operand("row", filler), Operand("like", left)])])
        case .mlpContentEncoder(let config):
            left = try module("_content_encoder") { try $0.mlp(left, "uih_mlp", config.uihMlp) }
            right = try module("_content_encoder") { try $0.mlp(right, "target_mlp", config.targetMlp) }
            guard try width(left) == width(right) else {
                throw SlipwayError(
                    .invalidConfig, "uih_mlp and target_mlp end in \(try width(left)) and \(try width(right)) units",
                    fix: "end both in the same hidden_units")
            }
        case nil:
            throw SlipwayError(
                .invalidConfig, "content_encoder is not set",
                fix: "set slice_content_encoder, pad_content_encoder or mlp_content_encoder")
        }
        return try joined(left, history.lengths, right, targets.lengths, symbol: symbol)
    }

    private static func narrowCandidates(_ own: Int, _ other: Int, _ encoder: String) -> SlipwayError {
        SlipwayError(
            .invalidConfig, "\(encoder): the candidates are \(other) wide and the history \(own)",
            fix: "give the candidate group more features, or use mlp_content_encoder")
    }

    /// Vectors of the history's actions, and the one weight [1, K · D] that stands for those of the candidates.
    private mutating func actions(
        _ config: TzrecGRActionEncoder, like history: EmbeddingGroup.Steps, _ groups: HSTUInputs,
        _ inputs: inout EmbeddingGroup
    ) throws -> (values: ValueID, targets: ValueID) {
        guard case .simpleActionEncoder(let encoder) = config.actionEncoder else {
            throw SlipwayError(.invalidConfig, "action_encoder is not set", fix: "set simple_action_encoder")
        }
        let thresholds = encoder.watchtimeToActionThresholds.map(Int.init)
        let weights = encoder.watchtimeToActionWeights.map(Int.init)
        let kinds = encoder.actionWeights.count + thresholds.count, width = Int(encoder.actionEmbeddingDim)
        guard thresholds.count == weights.count, kinds > 0, width > 0 else {
            throw SlipwayError(
                .invalidConfig,
                "simple_action_encoder has \(encoder.actionWeights.count) action_weights, \(thresholds.count) "
                    + "thresholds, \(weights.count) weights of these, and an action_embedding_dim of \(width)",
                fix: "set as many watchtime_to_action_weights as thresholds, and a positive action_embedding_dim")
        }
        let actions = try groups.steps("\(groups.prefix)_action", like: history, &inputs, &self)
        var times: ValueID?
        if !thresholds.isEmpty {
            times = try groups.steps("\(groups.prefix)_watchtime", like: history, &inputs, &self).values
        }
        return try module("_action_encoder") { network in
            let masks = try network.builder.parameter(
                network.weightName("_combined_action_weights"), shape: [kinds], dtype: .i64)
            let table = try network.weight("_action_embedding_table", [kinds, width])
            var operands = [Operand("actions", actions.values), Operand("masks", masks), Operand("table", table)]
            if let times { operands.append(Operand("watch_times", times)) }
            let values = try network.builder.add(ActionEmbedding(thresholds: thresholds, weights: weights), operands)
            return (values, try network.weight("_target_action_embedding_table", [1, kinds * width]))
        }
    }
}

/// The parts of a preprocessor that joins history and candidates.
private struct HSTUParts {
    let action: TzrecGRActionEncoder?
    let actionMLP: TzrecGRContextualizedMLP
    let content: TzrecGRContentEncoder
    let contentMLP: TzrecGRContextualizedMLP
    let interleaves: Bool
}
