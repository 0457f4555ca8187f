import SlipwayCore

/// Every op there is. Adding an op is its file and one line here.
public enum OperationCatalogue {
    public static let all: [any Operation.Type] = [
        // Sparse
        AttentionInput.self,
        AttentionLayer.self,
        CapsuleRouting.self,
        ClampLengths.self,
        EmbeddingBag.self,
        EmbeddingLookup.self,
        JaggedAlign.self,
        JaggedAttention.self,
        JaggedExpand.self,
        JaggedSoftmax.self,
        JaggedTile.self,
        JaggedToPadded.self,
        PaddedToJagged.self,
        RemapIDs.self,
        SegmentReduce.self,
        Tile.self,
        WeightedSum.self,
        WindowMean.self,
        // Sequences of HSTU
        ActionEmbedding.self,
        HSTUAttention.self,
        JaggedConcat.self,
        JaggedInterleave.self,
        JaggedMatmul.self,
        JaggedPrepend.self,
        JaggedReverse.self,
        JaggedTail.self,
        JaggedTruncate.self,
        PositionEncoding.self,
        RowExpand.self,
        TimePeriods.self,
        TimePositionEncoding.self,
        // Dense
        Affine.self,
        BatchNorm.self,
        Binary.self,
        Concat.self,
        Dice.self,
        Elu.self,
        FactorizationMachine.self,
        LayerNorm.self,
        LeakyRelu.self,
        Linear.self,
        Matmul.self,
        OrthogonalMatrix.self,
        PairwiseDot.self,
        Prelu.self,
        Reduce.self,
        Reshape.self,
        ResidualQuantize.self,
        Slice.self,
        Softmax.self,
        Transpose.self,
        Unary.self,
    ]

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// The op called `name` with these attributes. Throws `unsupported` for an unknown name or attribute.
    public static func make(_ name: String, _ attributes: Attributes) throws -> any Operation {
        guard let type = byName[name] else {
            throw SlipwayError(
                .unsupported, "there is no op called \(name)", fix: "the graph may come from a newer version")
        }
        return try withContext("in op \(name)") {
            let operation = try type.init(attributes: attributes)
            let known = operation.attributes.entries
            if let other = attributes.sorted.first(where: { known[$0.name] == nil }) {
                throw SlipwayError(
                    .unsupported, "\(name) has no attribute \(other.name)",
                    fix: "the graph may come from a newer version")
            }
            return operation
        }
    }
}
