import SlipwayCore
import SlipwayGraph

/// Where the user side becomes the item side: values of the item side pass through unchanged.
extension Network {
    /// Candidates of each request: i32 [U], upstream's `batch_size`.
    private mutating func candidateCounts() throws -> ValueID {
        try builder.input("batch_size", ValueType(.i32, [.user], side: .user))
    }

    /// Rows of the user side repeated for every candidate: [U, …] → [B, …].
    mutating func tiled(_ rows: ValueID) throws -> ValueID {
        guard type(rows).side == .user else { return rows }
        return try builder.add(
            Tile(), [Operand("rows", rows), Operand("count", try candidateCounts())])
    }

    /// Steps of the user side repeated for every candidate.
    mutating func tiled(_ steps: EmbeddingGroup.Steps) throws -> EmbeddingGroup.Steps {
        let own = type(steps.values)
        guard own.side == .user, let symbol = own.dimensions.first else { return steps }
        let values = try builder.add(
            JaggedTile(symbol: "\(symbol):tiled"),
            [
                Operand("values", steps.values), Operand("lengths", steps.lengths),
                Operand("count", try candidateCounts()),
            ])
        return EmbeddingGroup.Steps(values: values, lengths: try tiled(steps.lengths))
    }
}
