import SlipwayConfig
import SlipwayCore
import SlipwayGraph

/// The group `contextual` as HSTU reads it: a few vectors of one width about the user.
struct HSTUContext {
    /// [B, count · width].
    let value: ValueID
    let count: Int
    let width: Int
}

extension EmbeddingGroup {
    /// The group `contextual`, DEEP or SEQUENCE; `asOne` takes all features together as one vector.
    mutating func hstuContext(asOne: Bool, in network: inout Network) throws -> HSTUContext {
        let name = "contextual", group = try context.group(name)
        let value: ValueID
        switch group.groupType {
        case .deep: value = try self.group(name, in: &network)
        case .sequence:
            guard let query = try query(name, in: &network) else {
                throw SlipwayError(
                    .invalidConfig, "feature group \(name) has no feature that is no sequence",
                    fix: "put features about the user there")
            }
            value = query
        default:
            throw SlipwayError(
                .invalidConfig, "feature group \(name) cannot be of type \(group.groupType)",
                fix: "make it DEEP or SEQUENCE")
        }
        let total = try network.width(value)
        guard !asOne else { return HSTUContext(value: value, count: 1, width: total) }
        let widths = try featureDims(name).map(\.width), count = widths.count + group.sequenceEncoders.count
        guard let width = widths.first, Set(widths).count == 1, total == count * width else {
            throw SlipwayError(
                .invalidConfig, "the features of group \(name) have the widths \(widths), but must have one width",
                fix: "give them one embedding_dim, or set concat_contextual_features")
        }
        return HSTUContext(value: value, count: count, width: width)
    }
}

extension Network {
    /// The vectors of `context`, each through a linear layer of its own: [B, count, outputs].
    mutating func contextSteps(_ context: HSTUContext, outputs: Int) throws -> ValueID {
        let weights = try weight("_batched_contextual_linear_weights", [context.count, context.width, outputs])
        let bias = try weight("_batched_contextual_linear_bias", [context.count, 1, outputs])
        let vectors = try transpose(try reshape(context.value, tail: [context.count, context.width]), [1, 0, 2])
        return try transpose(try add(try matmul(vectors, weights), bias), [1, 0, 2])
    }
}
