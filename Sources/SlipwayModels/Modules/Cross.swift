import SlipwayCore
import SlipwayGraph

extension Network {
    /// Cross network called `name`: each layer scales the input by one number a row that it reads off the layer before.
    /// Source: arXiv:1708.05123.
    ///
    /// - Parameter input: [B, K].
    /// - Returns: [B, K].
    mutating func cross(_ input: ValueID, _ name: String, layers: Int) throws -> ValueID {
        try module(name) { network in
            let width = try network.width(input)
            var value = input
            for index in 0..<layers {
                let scale = try network.module("w") {
                    try $0.linear(value, String(index), outputs: 1, bias: false)
                }
                let shift = try network.module("b") { try $0.weight(String(index), [width]) }
                let scaled = try network.multiply(scale, input)
                value = try network.add(try network.add(scaled, shift), value)
            }
            return value
        }
    }

    /// Low-rank cross network called `name`. Source: DCN V2, arXiv:2008.13535.
    ///
    /// - Parameter input: [B, K].
    /// - Returns: [B, K].
    mutating func lowRankCross(_ input: ValueID, _ name: String, layers: Int, rank: Int) throws -> ValueID {
        guard rank > 0 else { throw SlipwayError(.invalidConfig, "\(name): low_rank is 0", fix: "set it above 0") }
        return try module(name) { network in
            let width = try network.width(input)
            var value = input
            for index in 0..<layers {
                let narrow = try network.module("u_kernels") {
                    try $0.linear(value, String(index), outputs: rank, bias: false)
                }
                let wide = try network.module("v_kernels") { try $0.linear(narrow, String(index), outputs: width) }
                value = try network.add(try network.multiply(input, wide), value)
            }
            return value
        }
    }
}
