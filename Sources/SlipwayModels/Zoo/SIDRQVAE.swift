import SlipwayConfig
import SlipwayCore
import SlipwayGraph

/// Semantic ids by an autoencoder with a residual quantizer; only its encoder is exported. Source: arXiv:2305.05065.
public enum SIDRQVAE: SinglePartModel {
    public static let kind = "sid_rqvae"

    public static func isTrainingOnly(_ parameterName: String) -> Bool {
        parameterName.hasPrefix("model._decoder.") || parameterName == "model._quantizer.initted"
    }

    public static func build(_ network: inout Network, _ inputs: inout EmbeddingGroup, _ context: ModelContext) throws {
        let config = context.model.sidRqvae
        guard let group = context.groups.first else {
            throw SlipwayError(.invalidConfig, "the model has no feature groups")
        }
        let distances: [String: ResidualQuantize.Distance] = ["l2": .squared, "cosine": .cosine]
        guard let distance = distances[config.distanceType] else {
            throw SlipwayError(
                .invalidConfig, "distance_type is \(config.distanceType)", fix: "use l2 or cosine")
        }
        let features = try inputs.group(group.groupName, in: &network)
        var hidden = TzrecMLP()
        hidden.hiddenUnits = config.hiddenDims
        if hidden.hiddenUnits.isEmpty { hidden.hiddenUnits = [UInt32(max(try network.width(features) / 2, 1))] }
        let encoded = try network.module("_encoder") { network in
            try network.linear(try network.mlp(features, "0", hidden), "1", outputs: Int(config.embedDim))
        }
        try network.semanticIDs(
            encoded, codebooks: config.codebook.map(Int.init), leaf: "embedding.weight", distance: distance,
            normalize: config.normalizeResiduals, candidates: config.candidateOutputConfig)
    }
}
