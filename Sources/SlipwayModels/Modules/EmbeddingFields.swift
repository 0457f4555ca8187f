import SlipwayConfig
import SlipwayCore
import SlipwayGraph

extension Network {
    /// What `embeddingFields` gives.
    struct EmbeddingFields {
        /// [B, N, D]; the dense network's output, if there is one, comes first.
        let fields: ValueID
        /// [B, N · D] of the sparse features alone.
        let sparse: ValueID
        /// [B, D].
        let dense: ValueID?
    }

    /// The features of group `sparse` (or of the only group) as fields of one width, and beside them group `dense` brought
    /// to that width by `dense_mlp`.
    ///
    /// Throws `invalidConfig` when the widths differ or a group has sequence encoders; `kind` is named then.
    mutating func embeddingFields(
        _ inputs: inout EmbeddingGroup, denseMLP: TzrecMLP, _ kind: String, _ context: ModelContext
    ) throws -> EmbeddingFields {
        let sparseName = context.groups.count == 1 ? context.groups[0].groupName : "sparse"
        let dims = try inputs.featureDims(sparseName)
        guard let width = dims.first?.width, dims.allSatisfy({ $0.width == width }) else {
            throw SlipwayError(
                .invalidConfig,
                "the features of group \(sparseName) differ in width: "
                    + dims.map { "\($0.name) \($0.width)" }.joined(separator: ", "), fix: "give them one embedding_dim")
        }
        for name in [sparseName, "dense"] where context.hasGroup(name) {
            guard try context.group(name).sequenceEncoders.isEmpty else {
                throw SlipwayError(.invalidConfig, "group \(name) of a \(kind) model cannot have sequence encoders")
            }
        }
        let sparse = try inputs.group(sparseName, in: &self)
        let fields = try reshape(sparse, tail: [dims.count, width])
        guard context.groups.count > 1, context.hasGroup("dense") else {
            return EmbeddingFields(fields: fields, sparse: sparse, dense: nil)
        }
        let dense = try mlp(try inputs.group("dense", in: &self), "dense_mlp", denseMLP)
        guard try self.width(dense) == width else {
            throw SlipwayError(
                .invalidConfig,
                "dense_mlp ends in \(try self.width(dense)) units, the sparse features are "
                    + "\(width) wide", fix: "make the last hidden_units equal to embedding_dim")
        }
        let joined = try concat([try reshape(dense, tail: [1, width]), fields], axis: 1)
        return EmbeddingFields(fields: joined, sparse: sparse, dense: dense)
    }
}
