import SlipwayCore
import SlipwayGraph

extension Network {
    /// Takes the influence of `source` out of `base` within a space of `rank` dimensions, in module `name`. Source:
    /// Entire Chain CVR, arXiv:2104.09713.
    ///
    /// - Parameters:
    ///   - base: [B, K], K > rank.
    ///   - source: [B, Ks], Ks > rank.
    /// - Returns: [B, K].
    mutating func intervention(_ base: ValueID, source: ValueID, _ name: String, rank: Int) throws -> ValueID {
        let widths = [try width(base), try width(source)]
        guard rank > 0, widths.allSatisfy({ $0 > rank }) else {
            throw SlipwayError(
                .invalidConfig,
                "tower \(name): low_rank_dim is \(rank), its values are \(widths[0]) wide and those of "
                    + "intervention_tower_names \(widths[1])", fix: "make low_rank_dim positive and less than both")
        }
        return try module(name) { network in
            let rotation = try network.rotation("base_rotate_layer", rows: widths[0], rank)
            let other = try network.rotation("source_rotate_layer", rows: widths[1], rank)
            let difference = try network.binary(
                .subtract, try network.matmul(base, rotation), try network.matmul(source, other))
            return try network.add(try network.matmul(difference, rotation, transposeB: true), base)
        }
    }

    /// The orthogonal weight [rows, rank] of layer `name`.
    private mutating func rotation(_ name: String, rows: Int, _ rank: Int) throws -> ValueID {
        try module(name) { network in
            try network.module("parametrizations") { network in
                try network.module("weight") { network in
                    let original = try network.weight("original", [rows, rank])
                    let base = try network.module("0") { try $0.weight("base", [rows, rows]) }
                    return try network.builder.add(
                        OrthogonalMatrix(), [Operand("original", original), Operand("base", base)])
                }
            }
        }
    }
}
