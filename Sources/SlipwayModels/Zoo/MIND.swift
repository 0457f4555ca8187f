import SlipwayConfig
import SlipwayCore
import SlipwayGraph

/// Multi-interest network: capsules routed from a user's history, each joined with the user's features. Source:
/// arXiv:1904.08030.
public enum MIND: RecommendationModel {
    public static let kind = "mind"

    public static func parts(_ context: ModelContext) throws -> [ModelPart] {
        let config = context.model.mind
        let capsules = config.userTower.capsuleConfig
        let notes =
            capsules.routingInitMethod == "normal"
            ? [
                "mind: routing_init_method is normal: TorchEasyRec draws the first routing logits anew for every request; "
                    + "this package holds one draw, made from seed \(RoutingNoise.seed), for all of them"
            ] : []
        return try MatchTowers.parts(
            context, kind: kind, userNotes: notes,
            user: { network, inputs in
                let interests = try network.interests(config.userTower, &inputs)
                return try network.matchOutput(
                    interests, outputDim: Int(config.outputDim), config.similarity, bias: false)
            },
            item: { network, inputs in
                try network.matchTower(
                    try inputs.group(config.itemTower.input, in: &network), config.itemTower.mlp,
                    outputDim: Int(config.outputDim), config.similarity)
            })
    }
}

extension Network {
    /// [B, max_k, concat_mlp.last]; the rows of unused capsules are zeros.
    fileprivate mutating func interests(
        _ config: TzrecMINDUserTower, _ inputs: inout EmbeddingGroup
    ) throws -> ValueID {
        let capsuleConfig = config.capsuleConfig
        guard config.userMlp.hiddenUnits.count > 1 else {
            throw SlipwayError(
                .invalidConfig, "user_mlp of a mind model needs two hidden_units or more", fix: "add hidden_units")
        }
        let features = try inputs.group(config.input, in: &self)
        let user = try headed(features, "user_mlp", out: "user_mlp_out", config.userMlp, bias: true)
        let all = try inputs.sequence(config.historyInput, in: &self)
        let steps = try inputs.limited(config.historyInput, maximum: Int(capsuleConfig.maxSeqLen), in: &self)
        var history = steps.values
        if !config.histSeqMlp.hiddenUnits.isEmpty {
            history = try headed(
                history, "_hist_seq_mlp", out: "_hist_seq_mlp_out", config.histSeqMlp, bias: false, over3D: true)
        }
        let routed = try module("_capsule_layer") { network in
            let matrix = try network.weight(
                "bilinear_matrix", [try network.width(history), Int(capsuleConfig.highDim)])
            var operands = [
                Operand("steps", try network.matmul(history, matrix)), Operand("lengths", steps.lengths),
                Operand("history", all.lengths),
            ]
            if capsuleConfig.routingInitMethod == "normal" {
                let shape = [Int(capsuleConfig.maxSeqLen), Int(capsuleConfig.maxK)]
                let draw = RoutingNoise.draw(shape[0] * shape[1], deviation: capsuleConfig.routingLogitsStddev)
                operands.append(
                    Operand(
                        "initial",
                        try network.builder.parameter(
                            "constant.routing_logits", shape: shape, source: .constant(draw))))
            }
            return try network.builder.addAll(
                CapsuleRouting(
                    capsules: Int(capsuleConfig.maxK), iterations: Int(capsuleConfig.numIters),
                    scale: Double(capsuleConfig.routingLogitsScale), power: Double(capsuleConfig.squashPow),
                    countsHistory: !capsuleConfig.constCapsNum),
                operands)
        }
        let (capsules, mask) = (routed[0], routed[1])
        let userRows = try multiply(try reshape(user, tail: [1, try width(user)]), mask)
        let joined = try mlp(try concat([userRows, capsules]), "_concat_mlp", config.concatMlp, over3D: true)
        return try multiply(joined, mask)
    }

    /// An MLP of all hidden units but the last, then a linear layer; only the linear layer, under the MLP's name, when there
    /// is one hidden unit.
    private mutating func headed(
        _ input: ValueID, _ name: String, out: String, _ config: TzrecMLP, bias: Bool, over3D: Bool = false
    ) throws -> ValueID {
        guard let last = config.hiddenUnits.last else { return input }
        guard config.hiddenUnits.count > 1 else { return try linear(input, name, outputs: Int(last), bias: bias) }
        var inner = TzrecMLP()
        inner.hiddenUnits = Array(config.hiddenUnits.dropLast())
        inner.activation = config.activation
        inner.useBn = config.useBn
        inner.bias = bias
        return try linear(try mlp(input, name, inner, over3D: over3D), out, outputs: Int(last), bias: bias)
    }
}
