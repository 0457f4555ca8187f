import SlipwayCore
import SlipwayGraph

extension Network {
    /// What variational dropout is at inference: every feature of a group scaled by the probability that it is kept.
    ///
    /// - Parameters:
    ///   - value: [B, ΣD], the features side by side.
    ///   - widths: the D of each.
    mutating func variationalDropout(_ value: ValueID, group: String, widths: [Int]) throws -> ValueID {
        try module("group_variational_dropouts") { network in
            try network.module(group) { network in
                let dropped = try network.unary(.sigmoid, try network.weight("feature_p", [widths.count]))
                let kept = try network.affine(dropped, scale: -1, shift: 1)
                var parts: [ValueID] = [], first = 0, offset = 0
                while first < widths.count {
                    // Neighbours of one width share a step.
                    let width = widths[first]
                    let end = widths[first...].firstIndex { $0 != width } ?? widths.count
                    let count = end - first
                    let columns = try network.slice(value, axis: 1, offset..<offset + count * width)
                    let fields = try network.reshape(columns, tail: [count, width])
                    let factors = try network.reshape(try network.slice(kept, axis: 0, first..<end), tail: [1])
                    parts.append(try network.reshape(try network.multiply(fields, factors), tail: [count * width]))
                    (first, offset) = (end, offset + count * width)
                }
                return try network.concat(parts)
            }
        }
    }

    /// True for what a checkpoint holds of variational dropout beside its probabilities: the widths, which the config gives.
    static func isDropoutWidths(_ parameterName: String) -> Bool {
        parameterName.contains(".group_variational_dropouts.") && parameterName.hasSuffix(".feature_dim_repeat")
    }
}
