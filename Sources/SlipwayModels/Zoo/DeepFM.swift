import SlipwayConfig
import SlipwayCore
import SlipwayGraph

/// Wide sum, factorization machine and deep network. Source: arXiv:1703.04247.
public enum DeepFM: SinglePartModel {
    public static let kind = "deepfm"

    public static func wideEmbeddingDim(_ context: ModelContext) -> Int {
        let width = Int(context.model.deepfm.wideEmbeddingDim)
        return width == 0 ? 4 : width
    }

    public static func build(_ network: inout Network, _ inputs: inout EmbeddingGroup, _ context: ModelContext) throws {
        let config = context.model.deepfm
        let wide = try network.reduce(.sum, try inputs.group("wide", in: &network), axis: 1, keep: true)
        let deep = try network.mlp(try inputs.group("deep", in: &network), "deep_mlp", config.deep)

        let pairGroup = context.hasGroup("fm") ? "fm" : "deep"
        let dims = try inputs.featureDims(pairGroup)
        guard let width = dims.first?.width, dims.allSatisfy({ $0.width == width }) else {
            throw SlipwayError(
                .invalidConfig,
                "the features of group \(pairGroup) differ in width: "
                    + dims.map { "\($0.name) \($0.width)" }.joined(separator: ", "),
                fix: "give them one embedding_dim, or add a group called fm with those that agree")
        }
        let fields = try network.reshape(try inputs.group(pairGroup, in: &network), tail: [dims.count, width])
        let pairs = try network.module("fm") { network in
            try network.builder.add(FactorizationMachine(), [Operand("input", fields)])
        }
        if config.hasFinal { return try network.rankHead([wide, pairs, deep], final: config.final, context) }

        let numClass = Int(context.model.numClass)
        let sum = try network.add(wide, try network.reduce(.sum, pairs, axis: 1, keep: true))
        let score = try network.add(sum, try network.linear(deep, "output_mlp", outputs: numClass))
        try network.rankOutputs(score, losses: context.model.losses, numClass: numClass)
    }
}
