import SlipwayConfig
import SlipwayGraph

/// A generative recommender that ranks the candidates of a request by one pass over the user's history. Source: Actions
/// Speak Louder than Words, ICML 2024.
public enum DLRMHSTU: SinglePartModel {
    public static let kind = "dlrm_hstu"
    public static let tileRefusal: String? = "a dlrm_hstu model takes a whole request, user and candidates, as one row"

    public static func build(_ network: inout Network, _ inputs: inout EmbeddingGroup, _ context: ModelContext) throws {
        let config = context.model.dlrmHstu
        let about = try inputs.hstuContext(asOne: config.concatContextualFeatures, in: &network)
        let users = try network.module("_hstu_transducer") { network in
            try network.hstuCandidates(
                config.hstu, maxSeqLen: Int(config.maxSeqLen), isAscending: config.sequenceTimestampIsAscending, about,
                &inputs)
        }
        try network.hstuOutputs(
            users, width: Int(config.hstu.stu.embeddingDim), hidden: Int(config.itemEmbeddingHiddenDim),
            config.fusionMtlTower, &inputs)
    }
}
