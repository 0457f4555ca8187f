public import SlipwayCore

/// What an export asks of a model beyond its config.
public struct ModelOptions: Sendable, Hashable {
    /// Whether pooled lookups of weighted features use the weights.
    public enum WeightedFeatures: String, Sendable, CaseIterable {
        /// As upstream's exported model, which ignores them.
        case asExported = "as-exported"
        /// As upstream's training and checkpoint prediction.
        case asTrained = "as-trained"
    }

    /// Storage of pooled tables; nil keeps the checkpoint's type.
    public var bagTables: DType?
    /// Storage of sequence tables; nil keeps the checkpoint's type.
    public var sequenceTables: DType?
    public var weightedFeatures: WeightedFeatures
    /// Whether inputs of user features have one row a request, as with INPUT_TILE=2 or 3, and `batch_size` says how many
    /// candidates each request has.
    public var isTiled: Bool

    public init(
        bagTables: DType? = nil, sequenceTables: DType? = nil, weightedFeatures: WeightedFeatures = .asExported,
        isTiled: Bool = false
    ) {
        self.isTiled = isTiled
        self.bagTables = bagTables
        self.sequenceTables = sequenceTables
        self.weightedFeatures = weightedFeatures
    }
}
