import SlipwayConfig
import SlipwayCore
import SlipwayGraph

extension Network {
    /// Preprocessor, positions and layers of one HSTU channel. Source: Actions Speak Louder than Words, ICML 2024.
    private mutating func hstu(
        _ config: TzrecHSTU, maxSeqLen: Int, _ groups: HSTUInputs, anchor: ValueID?, _ inputs: inout EmbeddingGroup
    ) throws -> HSTUSteps {
        var steps = try hstuPreprocessor(
            config.inputPreprocessor, width: Int(config.stu.embeddingDim), groups, &inputs)
        steps.values = try hstuPositions(steps, config.positionalEncoder, anchor: anchor)
        return try hstuStack(steps, config, scaling: maxSeqLen, symbol: "S:\(groups.prefix):cut")
    }

    /// What a channel says of every candidate: [S:candidate, embedding_dim], in the order of the input.
    mutating func hstuCandidates(
        _ config: TzrecHSTU, maxSeqLen: Int, isAscending: Bool, _ context: HSTUContext, _ inputs: inout EmbeddingGroup
    ) throws -> ValueID {
        if case .uihPreprocessor = config.inputPreprocessor.inputPreprocessor {
            throw SlipwayError(
                .invalidConfig, "uih_preprocessor reads no candidates, which a ranking model needs",
                fix: "use contextual_preprocessor or contextual_interleave_preprocessor")
        }
        let channel = HSTUInputs(
            history: config.name.isEmpty ? "uih" : config.name, channel: config.name, isAscending: isAscending,
            context: context)
        let steps = try hstu(config, maxSeqLen: maxSeqLen, channel, anchor: nil, &inputs)
        func candidates(_ values: ValueID) throws -> ValueID {
            try builder.add(
                JaggedTail(symbol: "S:candidate"),
                [Operand("values", values), Operand("lengths", steps.lengths), Operand("tail", steps.tail)])
        }
        let result = try hstuPostprocessor(
            try candidates(steps.values), try candidates(steps.timestamps), config.outputPostprocessor)
        guard !isAscending else { return result }
        return try builder.add(JaggedReverse(), [Operand("values", result), Operand("lengths", steps.tail)])
    }

    /// What a history's last step says of the user, zeros where there is none: [B, embedding_dim].
    mutating func hstuUser(
        _ tower: TzrecHSTUUserTower, isAscending: Bool, _ context: HSTUContext?, anchor: ValueID?,
        _ inputs: inout EmbeddingGroup
    ) throws -> ValueID {
        let config = tower.hstu
        guard case .uihPreprocessor = config.inputPreprocessor.inputPreprocessor else {
            throw SlipwayError(
                .invalidConfig, "the user tower reads no candidates, but its input_preprocessor does",
                fix: "use uih_preprocessor")
        }
        let channel = HSTUInputs(
            history: config.name.isEmpty ? "uih" : config.name, channel: config.name, isAscending: isAscending,
            context: context)
        let steps = try hstu(config, maxSeqLen: Int(tower.maxSeqLen), channel, anchor: anchor, &inputs)
        let one = try builder.add(ClampLengths(maximum: 1), [Operand("lengths", steps.lengths)])
        func last(_ values: ValueID) throws -> ValueID {
            try builder.add(
                JaggedTail(symbol: "S:last"),
                [Operand("values", values), Operand("lengths", steps.lengths), Operand("tail", one)])
        }
        let result = try hstuPostprocessor(
            try last(steps.values), try last(steps.timestamps), config.outputPostprocessor)
        return try segmentReduce(.sum, result, one)
    }

    /// The item's own layers, the multi-task tower over the products of user and item, and its outputs, all by candidate.
    mutating func hstuOutputs(
        _ users: ValueID, width: Int, hidden: Int, _ tower: TzrecFusionMTLTower, _ inputs: inout EmbeddingGroup
    ) throws {
        let targets = try inputs.sequence("candidate", in: &self)
        let items = try module("_item_embedding_mlp") { network in
            let inner = try network.swishLayerNorm(try network.linear(targets.values, "0", outputs: hidden), "1")
            return try network.layerNorm(try network.linear(inner, "2", outputs: width), "3")
        }
        guard !tower.taskConfigs.isEmpty else {
            throw SlipwayError(.invalidConfig, "fusion_mtl_tower has no task_configs", fix: "add one a task")
        }
        let widths = tower.taskConfigs.map { Int($0.numClass) }
        let scores = try module("_multitask_module") { network in
            let product = try network.multiply(users, items)
            let features = tower.hasMlp ? try network.mlp(product, "tower_mlp", tower.mlp) : product
            return try network.linear(features, "linear", outputs: widths.reduce(0, +))
        }
        var start = 0
        for (task, count) in zip(tower.taskConfigs, widths) {
            guard count > 0 else {
                throw SlipwayError(.invalidConfig, "task \(task.taskName) has num_class 0", fix: "set it to 1 or more")
            }
            let score = widths.count == 1 ? scores : try slice(scores, axis: 1, start..<start + count)
            try rankOutputs(score, losses: task.losses, numClass: count, suffix: "_\(task.taskName)")
            start += count
        }
        try builder.output(JaggedOutputs.lengthsName, targets.lengths)
    }
}
