import Foundation
import SlipwayCore
import SlipwayFeatures
import SlipwayGraph

extension Network {
    /// The embedding of a dense feature: x [B, V] → [B, D]. Upstream keeps one weight set a feature under a key that spells
    /// the settings.
    mutating func denseEmbedding(_ input: ValueID, _ feature: FeatureSpec, _ kind: DenseEmbedding) throws -> ValueID {
        let width = feature.embeddingDim
        let name = feature.name
        switch kind {
        case .mlp:
            let vector = feature.valueDim != 1
            // Upstream's key for vectors carries the blanks of a continued source line.
            let blanks = String(repeating: " ", count: 12)
            let key = vector ? "mlp#\(width)#vdim#\(feature.valueDim)#feature_name#\(blanks)\(name)" : "mlp#\(width)"
            return try module(key) { network in
                if vector {
                    return try network.matmul(
                        input, try network.weight("proj_w_\(name).weight", [feature.valueDim, width]))
                }
                return try network.multiply(input, try network.weight("proj_w_\(name).weight", [width]))
            }
        case .autodis(let channels, let temperature, let keepProbability):
            let key = "autodis#\(width)#\(channels)#\(Self.sixDigits(keepProbability))#\(Self.sixDigits(temperature))"
            return try module(key) { network in
                try network.autoDis(
                    input, name, width: width, channels: channels, temperature: temperature,
                    keepProbability: keepProbability)
            }
        }
    }

    /// Source: AutoDis, arXiv:2012.08986: soft assignment of a number to `channels` meta-embeddings.
    private mutating func autoDis(
        _ input: ValueID, _ name: String, width: Int, channels: Int, temperature: Float, keepProbability: Float
    ) throws -> ValueID {
        let projected = try multiply(input, try weight("proj_w_\(name).weight", [channels]))
        let hidden = try builder.add(LeakyRelu(slope: 0.01), [Operand("input", projected)])
        let mixed = try builder.add(
            Linear(),
            [Operand("input", hidden), Operand("weight", try weight("proj_m_\(name).weight", [channels, channels]))])
        let kept = try add(mixed, try affine(hidden, scale: Double(keepProbability)))
        let shares = try softmax(try affine(kept, scale: 1 / Double(temperature)))
        return try matmul(shares, try weight("meta_emb_\(name).weight", [channels, width]))
    }

    /// Six digits after the point, the point as an underscore.
    private static func sixDigits(_ value: Float) -> String {
        String(format: "%.6f", Double(value)).replacingOccurrences(of: ".", with: "_")
    }
}
