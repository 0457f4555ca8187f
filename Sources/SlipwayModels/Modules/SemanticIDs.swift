import SlipwayConfig
import SlipwayCore
import SlipwayGraph

extension Network {
    /// Codes of `input`, [B, D], and candidates for the last one when the config asks for them.
    ///
    /// - Parameter leaf: the weight of each layer that is its codebook.
    mutating func semanticIDs(
        _ input: ValueID, codebooks sizes: [Int], leaf: String, distance: ResidualQuantize.Distance, normalize: Bool,
        candidates config: TzrecSidCandidateOutputConfig
    ) throws {
        guard !sizes.isEmpty else {
            throw SlipwayError(.invalidConfig, "codebook is empty", fix: "set it, for example 256")
        }
        let candidates = config.enabled ? Int(config.topk) : 0
        guard !config.enabled || (config.strategy == "last_layer_knn" && candidates > 0) else {
            throw SlipwayError(
                .invalidConfig, "candidate_output_config has the strategy \(config.strategy) and topk \(candidates)",
                fix: "use strategy: \"last_layer_knn\" and a topk of at least 1")
        }
        let width = try self.width(input)
        let results = try module("_quantizer") { network in
            let codebooks = try sizes.enumerated().map { index, size in
                try network.module("layers") { network in
                    try network.module(String(index)) { Operand("codebook", try $0.weight(leaf, [size, width])) }
                }
            }
            return try network.builder.addAll(
                ResidualQuantize(distance: distance, normalize: normalize, candidates: candidates),
                [Operand("input", input)] + codebooks)
        }
        for (name, value) in zip(["codes", "candidate_codes", "candidate_scores"], results) {
            try builder.output(name, value)
        }
    }
}
