import SlipwayConfig
import SlipwayCore
import SlipwayGraph

/// Several HSTU channels side by side, each over a history of its own. Source: ULTRA-HSTU, arXiv:2602.16986.
public enum UltraHSTU: SinglePartModel {
    public static let kind = "ultra_hstu"
    public static let tileRefusal: String? =
        "an ultra_hstu model takes a whole request, user and candidates, as one row"

    public static func build(_ network: inout Network, _ inputs: inout EmbeddingGroup, _ context: ModelContext) throws {
        let config = context.model.ultraHstu, channels = config.hstu, names = channels.map(\.name)
        guard !channels.isEmpty else {
            throw SlipwayError(.invalidConfig, "ultra_hstu has no hstu channel", fix: "add one")
        }
        guard channels.count == 1 || (Set(names).count == names.count && !names.contains("")) else {
            throw SlipwayError(
                .invalidConfig, "the hstu channels are called \(names)", fix: "give each a name of its own")
        }
        let about = try inputs.hstuContext(asOne: config.concatContextualFeatures, in: &network)
        let users = try network.module("_hstu_transducer") { network in
            func candidates(_ channel: TzrecHSTU, _ network: inout Network) throws -> ValueID {
                try network.hstuCandidates(
                    channel, maxSeqLen: Int(config.maxSeqLen), isAscending: config.sequenceTimestampIsAscending, about,
                    &inputs)
            }
            if channels.count == 1 { return try candidates(channels[0], &network) }
            return try network.module("_transducers") { network in
                let parts = try channels.enumerated().map { index, channel in
                    try network.module(String(index)) { try candidates(channel, &$0) }
                }
                return try network.concat(parts)
            }
        }
        try network.hstuOutputs(
            users, width: channels.reduce(0) { $0 + Int($1.stu.embeddingDim) },
            hidden: Int(config.itemEmbeddingHiddenDim), config.fusionMtlTower, &inputs)
    }
}
