import SlipwayConfig
import SlipwayCore
import SlipwayGraph

/// Semantic ids by residual k-means of content embeddings.
public enum SIDRQKMeans: SinglePartModel {
    public static let kind = "sid_rqkmeans"

    public static func isTrainingOnly(_ parameterName: String) -> Bool {
        parameterName == "model._dummy_param" || parameterName.hasSuffix("._is_initialized")
    }

    public static func build(_ network: inout Network, _ inputs: inout EmbeddingGroup, _ context: ModelContext) throws {
        let config = context.model.sidRqkmeans
        guard let group = context.groups.first else {
            throw SlipwayError(.invalidConfig, "the model has no feature groups")
        }
        try network.semanticIDs(
            try inputs.group(group.groupName, in: &network), codebooks: config.codebook.map(Int.init),
            leaf: "centroids",
            distance: .squared, normalize: config.normalizeResiduals, candidates: config.candidateOutputConfig)
    }
}
