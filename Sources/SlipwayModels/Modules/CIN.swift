import SlipwayCore
import SlipwayGraph

extension Network {
    /// Compressed interaction network called `name`: every layer mixes the products of its fields with the first ones.
    /// Source: xDeepFM, arXiv:1803.05170.
    ///
    /// Works on [B, D, F] rather than upstream's [B, F, D], so that its convolution of width 1 is a plain product.
    ///
    /// - Parameter fields: [B, F, D].
    /// - Returns: [B, Σ layer sizes], the layers' outputs summed over D.
    mutating func interactionNetwork(_ fields: ValueID, _ name: String, layerSizes: [Int]) throws -> ValueID {
        guard !layerSizes.isEmpty, layerSizes.allSatisfy({ $0 > 0 }) else {
            throw SlipwayError(
                .invalidConfig, "\(name): cin_layer_size is \(layerSizes)", fix: "give each layer a positive size")
        }
        return try module(name) { network in
            let first = try network.transpose(fields, [0, 2, 1])
            let fieldCount = try network.width(first), embedding = try network.width(fields)
            let columns = try network.reshape(first, tail: [embedding, 1, fieldCount])
            var hidden = first, sums: [ValueID] = []
            for (index, size) in layerSizes.enumerated() {
                let count = try network.width(hidden)
                let products = try network.multiply(
                    try network.reshape(hidden, tail: [embedding, count, 1]), columns)
                let channels = count * fieldCount
                let flat = try network.reshape(products, tail: [embedding, channels])
                hidden = try network.module("cin_layers") { network in
                    try network.module(String(index)) { network in
                        // The stored weight is that of a convolution: [size, channels, 1].
                        let stored = try network.weight("weight", [size, channels, 1])
                        let weight = try network.reshape(stored, tail: [channels])
                        let mixed = try network.matmul(flat, weight, transposeB: true)
                        return try network.add(mixed, try network.weight("bias", [size]))
                    }
                }
                sums.append(try network.reduce(.sum, hidden, axis: 1))
            }
            return try network.concat(sums)
        }
    }
}
