import SlipwayGraph

/// How a node of one op becomes steps.
typealias Lowering = @Sendable (_ node: Node, _ position: Int, _ planner: inout Planner) throws -> Void

/// Ops that have steps of their own, by name. Any other op runs by its reference evaluation.
enum LoweringTable {
    static let entries: [String: Lowering] = [
        // Lookups
        EmbeddingBag.name: Lowerings.embeddingBag,
        EmbeddingLookup.name: Lowerings.embeddingLookup,
        RemapIDs.name: Lowerings.remapIDs,
        // Jagged values
        AttentionInput.name: Lowerings.attentionInput,
        AttentionLayer.name: Lowerings.attentionLayer,
        CapsuleRouting.name: Lowerings.capsuleRouting,
        ClampLengths.name: Lowerings.clampLengths,
        JaggedAlign.name: Lowerings.jaggedAlign,
        JaggedAttention.name: Lowerings.jaggedAttention,
        JaggedExpand.name: Lowerings.jaggedExpand,
        JaggedTile.name: Lowerings.jaggedTile,
        JaggedSoftmax.name: Lowerings.jaggedSoftmax,
        JaggedToPadded.name: Lowerings.jaggedToPadded,
        PaddedToJagged.name: Lowerings.paddedToJagged,
        SegmentReduce.name: Lowerings.segmentReduce,
        Tile.name: Lowerings.tile,
        WeightedSum.name: Lowerings.weightedSum,
        WindowMean.name: Lowerings.windowMean,
        // Sequences of HSTU
        ActionEmbedding.name: Lowerings.actionEmbedding,
        HSTUAttention.name: Lowerings.hstuAttention,
        JaggedConcat.name: Lowerings.jaggedConcat,
        JaggedInterleave.name: Lowerings.jaggedInterleave,
        JaggedMatmul.name: Lowerings.jaggedMatmul,
        JaggedPrepend.name: Lowerings.jaggedPrepend,
        JaggedReverse.name: Lowerings.jaggedReverse,
        JaggedTail.name: Lowerings.jaggedTail,
        JaggedTruncate.name: Lowerings.jaggedTruncate,
        PositionEncoding.name: Lowerings.positionEncoding,
        RowExpand.name: Lowerings.rowExpand,
        TimePeriods.name: Lowerings.timePeriods,
        TimePositionEncoding.name: Lowerings.timePositionEncoding,
        // Products
        FactorizationMachine.name: Lowerings.factorizationMachine,
        Linear.name: Lowerings.linear,
        Matmul.name: Lowerings.matmul,
        PairwiseDot.name: Lowerings.pairwiseDot,
        ResidualQuantize.name: Lowerings.residualQuantize,
        // Element by element
        Affine.name: Lowerings.pointwise,
        BatchNorm.name: Lowerings.pointwise,
        Binary.name: Lowerings.binary,
        Dice.name: Lowerings.pointwise,
        Elu.name: Lowerings.pointwise,
        LeakyRelu.name: Lowerings.pointwise,
        Prelu.name: Lowerings.pointwise,
        Unary.name: Lowerings.unary,
        // Rows
        LayerNorm.name: Lowerings.layerNorm,
        Reduce.name: Lowerings.reduce,
        Softmax.name: Lowerings.softmax,
        // Shapes
        Concat.name: Lowerings.concat,
        Reshape.name: Lowerings.reshape,
        Slice.name: Lowerings.slice,
        Transpose.name: Lowerings.transpose,
    ]
}

/// The lowerings, one file a family.
enum Lowerings {}

extension Node {
    /// The value of an operand that the verifier has made sure of.
    func value(_ role: String) throws -> ValueID {
        guard let value = operand(role) else { throw Planner.missing(role) }
        return value
    }

    /// The position of the operand `role`.
    func index(_ role: String) throws -> Int { try value(role).index }

    func result() throws -> ValueID {
        guard let value = results.first else { throw Planner.missing("result") }
        return value
    }

    func resultIndex() throws -> Int { try result().index }

    /// The op, which the table says is an `Op`.
    func operation<Op: Operation>(as type: Op.Type) throws -> Op {
        guard let operation = operation as? Op else { throw Planner.missing(Op.name) }
        return operation
    }
}
