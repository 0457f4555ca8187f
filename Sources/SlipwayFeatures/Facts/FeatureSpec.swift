public import SlipwayConfig
import SlipwayCore

/// One feature: everything other parts need to know about it, read once from the config.
///
/// Source: `tzrec/features/feature.py` and the feature classes beside it.
public struct FeatureSpec: Sendable {
    /// Unique name; `<sequence>__<feature>` inside a sequence group.
    public let name: String
    /// The config's `feature_name`, without the group.
    public let featureName: String
    /// The config's kind without a `sequence_` prefix, such as `id_feature`.
    public let typeName: String
    /// Inputs of feature generation in config order; empty when the config states none that are valid.
    public let inputs: [FeatureInput]
    public let isSparse: Bool
    /// Values of a row (or of a step); 0 means any number.
    public let valueDim: Int
    /// Width the feature adds to a group: the embedding's, or `valueDim` for a plain dense feature.
    public let outputDim: Int
    public let isWeighted: Bool
    public let sequence: SequenceFacts?
    public let hasEmbedding: Bool
    /// `embedding_name`, or `<name>_emb`.
    public let embeddingName: String
    public let embeddingDim: Int
    public let denseEmbedding: DenseEmbedding?
    public let pooling: Pooling
    public let boundaries: [Float]
    public let encodedDefault: EncodedDefault
    public let usesMask: Bool
    public let isTrainable: Bool
    /// Computed for other features only, never a model input.
    public let isStub: Bool
    public let dataType: String
    public let zeroCollisionHash: TzrecZeroCollisionHash?
    public let dynamicEmbedding: TzrecDynamicEmbedding?
    /// True when all rows of one request agree: what `INPUT_TILE` keeps single.
    public internal(set) var isUserFeature: Bool

    package let type: any FeatureType

    public var isSequence: Bool { sequence != nil }
    public var isGroupedSequence: Bool { sequence?.groupName != nil }
    /// True when `<name>.key_lengths` is a model input: a sparse sequence whose steps may hold several values.
    public var hasKeyLengths: Bool { isSequence && isSparse && valueDim != 1 }

    /// Rows of the table (or buckets) the config asks for.
    ///
    /// - Throws: `invalid_config` without a bucketizer; `not_found`, `corrupt` for a vocabulary file.
    public func numEmbeddings() throws -> Int {
        try withContext("feature \(name)") { try type.numEmbeddings() }
    }

    /// The table of a sparse feature; nil for a dense one.
    ///
    /// - Throws: `invalid_config` for a width of 0, a data type other than FP32 and FP16, and as `numEmbeddings()`.
    public func table() throws -> EmbeddingTable? {
        guard isSparse else { return nil }
        guard embeddingDim > 0 else {
            throw FeatureError.config(name, "embedding_dim", "is 0", fix: "set embedding_dim to the table's width")
        }
        guard let dtype = Self.dtypes[dataType] else {
            throw FeatureError.config(name, "data_type", "is \"\(dataType)\"", fix: "use FP32 or FP16")
        }
        return EmbeddingTable(
            name: embeddingName, rows: try numEmbeddings(), width: embeddingDim, dtype: dtype, isTrainable: isTrainable)
    }

    private static let dtypes: [String: DType] = ["FP32": .f32, "FP16": .f16]
}

extension FeatureSpec {
    /// Reads the facts off `type`. `isUserFeature` follows the rule for configs without feature-to-feature inputs.
    init(_ type: some FeatureType, mode: FGMode, multivalSeparator: String) throws {
        let config = type.config
        let sequence = type.sequenceFacts
        self.type = type
        self.name = type.name
        self.featureName = config.featureName
        self.typeName = Swift.type(of: type).typeName
        self.inputs = try type.resolveInputs(strict: mode.needsInputs)
        self.isSparse = type.isSparse
        self.valueDim = type.valueDim
        self.outputDim = type.outputDim
        self.isWeighted = type.isWeighted
        self.sequence = sequence
        self.denseEmbedding = type.denseEmbedding
        self.hasEmbedding = type.isSparse || type.denseEmbedding != nil
        self.embeddingName = config.embeddingName.isEmpty ? "\(type.name)_emb" : config.embeddingName
        self.embeddingDim = Int(config.embeddingDim)
        guard let pooling = Pooling(rawValue: config.pooling.lowercased()) else {
            throw FeatureError.config(type.name, "pooling", "is \"\(config.pooling)\"", fix: "use sum or mean")
        }
        self.pooling = pooling
        self.boundaries = type.boundaries
        self.encodedDefault =
            mode == .encoded ? try type.encodedDefault(multivalSeparator: multivalSeparator) : .none
        self.usesMask = config.useMask
        self.isTrainable = config.trainable
        self.isStub = config.stubType
        self.dataType = config.dataType
        self.zeroCollisionHash = type.bucketizer?.zeroCollisionHash
        self.dynamicEmbedding = type.bucketizer?.dynamicEmbedding
        self.isUserFeature =
            sequence?.groupName != nil || (!inputs.isEmpty && inputs.allSatisfy { $0.side == .user })
        try type.validate()
    }
}
