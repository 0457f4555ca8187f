import SlipwayConfig
import SlipwayCore

/// Settings of upstream that this version refuses rather than ignores.
enum ExportLimits {
    static func check(_ flags: AccelerationFlags) throws {
        let refused: [(Bool, String, String)] = [
            (flags.isTRT, "ENABLE_TRT", "compiling the dense part with TensorRT"),
            (flags.usesRTP, "USE_RTP", "exporting for RTP"),
            (flags.usesDistributedEmbedding, "USE_DISTRIBUTED_EMBEDDING", "exporting distributed embeddings"),
        ]
        for (isSet, name, what) in refused where isSet {
            throw SlipwayError(
                .unsupported, "\(name) is set, but \(what) is not supported yet",
                fix: "unset \(name); the package then runs on the portable backend")
        }
    }
}
