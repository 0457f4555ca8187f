import SlipwayConfig
import SlipwayCore
import SlipwayGraph

extension Network {
    /// One layer of a WuKong model in the current module: factorization machine block and linear compression, side by side,
    /// with a residual. Source: arXiv:2403.02545.
    ///
    /// - Parameter fields: [B, N, D].
    /// - Returns: [B, fmb_feature_num + lcb_feature_num, D].
    mutating func wuKongLayer(_ fields: ValueID, _ config: TzrecWuKongLayer) throws -> ValueID {
        let (machines, compressed) = (Int(config.fmbFeatureNum), Int(config.lcbFeatureNum))
        guard machines > 0, compressed > 0, config.compressedFeatureNum > 0 else {
            throw SlipwayError(
                .invalidConfig, "lcb_feature_num, fmb_feature_num or compressed_feature_num is 0",
                fix: "make all three positive")
        }
        let (count, width) = try fieldShape(fields)
        let linear = try compress(fields, "lcb", to: compressed)
        let machine = try module("fmb") { network in
            let rank = Int(config.compressedFeatureNum)
            let weight = try network.weight("weight", [count, rank])
            let projected = try network.matmul(try network.transpose(fields, [0, 2, 1]), weight)
            let pairs = try network.reshape(try network.matmul(fields, projected), tail: [count * rank])
            let hidden = try network.mlp(try network.layerNorm(pairs, "norm"), "mlp", config.featureNumMlp)
            let flat = try network.linear(hidden, "feature_out_liner", outputs: machines * width)
            return try network.reshape(flat, tail: [machines, width])
        }
        let joined = try concat([machine, linear], axis: 1)
        let outputs = machines + compressed
        let residual = count == outputs ? fields : try compress(fields, "residual_projection", to: outputs)
        return try layerNorm(try add(joined, residual), "norm")
    }

    /// Linear mix of the fields called `name`: [B, N, D] → [B, outputs, D].
    private mutating func compress(_ fields: ValueID, _ name: String, to outputs: Int) throws -> ValueID {
        let (count, _) = try fieldShape(fields)
        return try module(name) { network in
            let weight = try network.weight("weight", [count, outputs])
            let mixed = try network.matmul(try network.transpose(fields, [0, 2, 1]), weight)
            return try network.transpose(mixed, [0, 2, 1])
        }
    }

    /// N and D of [B, N, D].
    private func fieldShape(_ fields: ValueID) throws -> (count: Int, width: Int) {
        let dimensions = type(fields).dimensions
        guard dimensions.count == 3, let count = dimensions[1].size else {
            throw SlipwayError(.internalFault, "fields are \(type(fields))")
        }
        return (count, try width(fields))
    }
}
