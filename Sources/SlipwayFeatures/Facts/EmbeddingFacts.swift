import SlipwayConfig
public import SlipwayCore

/// How the rows of a bag become one vector.
public enum Pooling: String, Sendable, Hashable {
    case sum
    case mean
}

/// The table behind a sparse feature.
public struct EmbeddingTable: Sendable, Equatable {
    /// Features of one name share one table per kind of lookup.
    public let name: String
    /// Rows (N).
    public let rows: Int
    /// Width of a row (D).
    public let width: Int
    /// Storage type the table was trained with: `f32` or `f16`.
    public let dtype: DType
    public let isTrainable: Bool
}

/// A learned embedding of a dense feature.
public enum DenseEmbedding: Sendable, Hashable {
    case autodis(channels: Int, temperature: Float, keepProbability: Float)
    case mlp
}

/// What stands in for a null or empty cell of an already encoded column.
public enum EncodedDefault: Sendable, Hashable {
    /// Nothing does: a sparse row is empty.
    case none
    case ids([Int64])
    case floats([Float])
    /// The feature uses a mask without stating a value: upstream asks its engine what a null row gives.
    case generated
}

extension DenseEmbedding {
    init(_ config: TzrecAutoDisEmbedding) {
        self = .autodis(
            channels: Int(config.numChannels), temperature: config.temperature, keepProbability: config.keepProb)
    }
}
