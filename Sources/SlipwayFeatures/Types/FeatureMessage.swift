package import SlipwayConfig

/// The fields every feature's config message has.
package protocol FeatureMessage: Sendable, Equatable {
    var featureName: String { get set }
    var embeddingName: String { get }
    var embeddingDim: UInt32 { get }
    var pooling: String { get }
    var useMask: Bool { get }
    var hasFgEncodedDefaultValue: Bool { get }
    var fgEncodedDefaultValue: String { get }
    var trainable: Bool { get }
    var hasStubType: Bool { get }
    var stubType: Bool { get }
    var dataType: String { get }
    var sequenceLength: UInt32 { get }
    var sequenceDelim: String { get }
    var sequenceFields: [String] { get }

    /// `default_value` and `value_dim`, nil in a message without the field. A nil `statedValueDim` may also mean unset.
    var textDefault: String? { get set }
    var statedValueDim: UInt32? { get set }
    var hasValueDimField: Bool { get }
}

extension FeatureMessage {
    package var textDefault: String? {
        get { nil }
        set {}
    }
    package var statedValueDim: UInt32? {
        get { nil }
        set {}
    }
    package var hasValueDimField: Bool { false }
}

/// A message with a `default_value`.
package protocol DefaultMessage: FeatureMessage {
    var defaultValue: String { get set }
}

extension FeatureMessage where Self: DefaultMessage {
    package var textDefault: String? {
        get { defaultValue }
        set { if let newValue { defaultValue = newValue } }
    }
}

/// A message with a `value_dim`.
package protocol ValueDimMessage: FeatureMessage {
    var hasValueDim: Bool { get }
    var valueDim: UInt32 { get set }
}

extension FeatureMessage where Self: ValueDimMessage {
    package var statedValueDim: UInt32? {
        get { hasValueDim ? valueDim : nil }
        set { if let newValue { valueDim = newValue } }
    }
    package var hasValueDimField: Bool { true }
}

/// A message that turns values into ids through a table of words, a hash or a learned map.
package protocol BucketizerMessage: DefaultMessage {
    var hasZch: Bool { get }
    var zch: TzrecZeroCollisionHash { get }
    var hasDynamicemb: Bool { get }
    var dynamicemb: TzrecDynamicEmbedding { get }
    var hasHashBucketSize: Bool { get }
    var hashBucketSize: UInt64 { get }
    var vocabList: [String] { get }
    var vocabDict: [String: UInt64] { get }
    var hasVocabFile: Bool { get }
    var vocabFile: String { get set }
    var hasAssetDir: Bool { get }
    var assetDir: String { get set }
    mutating func clearAssetDir()
    var hasDefaultBucketizeValue: Bool { get }
    var defaultBucketizeValue: UInt64 { get }
}

/// A message of numbers that may be cut at boundaries or embedded as they are.
package protocol NumberMessage: FeatureMessage {
    associatedtype DenseChoice: DenseEmbeddingChoice

    var boundaries: [Float] { get }
    var denseEmb: DenseChoice? { get }
    var autodis: TzrecAutoDisEmbedding { get }
    var mlp: TzrecMLPEmbedding { get }
}

/// What `dense_emb` of a message holds.
package protocol DenseEmbeddingChoice: Equatable {
    static func mlp(_ config: TzrecMLPEmbedding) -> Self
}

extension NumberMessage {
    var denseEmbedding: DenseEmbedding? {
        guard let denseEmb else { return nil }
        return denseEmb == .mlp(mlp) ? .mlp : DenseEmbedding(autodis)
    }
}

/// A message that may state the number of ids there are.
package protocol NumBucketsMessage: BucketizerMessage {
    var hasNumBuckets: Bool { get }
    var numBuckets: UInt64 { get }
}

extension TzrecIdFeature: BucketizerMessage, ValueDimMessage {}
extension TzrecRawFeature: DefaultMessage, ValueDimMessage, NumberMessage {}
extension TzrecComboFeature: BucketizerMessage, ValueDimMessage {}
extension TzrecLookupFeature: NumBucketsMessage, ValueDimMessage, NumberMessage {}
extension TzrecMatchFeature: NumBucketsMessage, ValueDimMessage, NumberMessage {}
extension TzrecExprFeature: DefaultMessage, ValueDimMessage, NumberMessage {}
extension TzrecOverlapFeature: NumberMessage {}
extension TzrecTokenizeFeature: DefaultMessage {}
extension TzrecCustomFeature: NumBucketsMessage, ValueDimMessage, NumberMessage {}
extension TzrecKvDotProduct: DefaultMessage, NumberMessage {}
extension TzrecBoolMaskFeature: BucketizerMessage, ValueDimMessage {}
extension TzrecCombineFeature: DefaultMessage, NumberMessage {}

extension TzrecRawFeature.OneOf_DenseEmb: DenseEmbeddingChoice {}
extension TzrecLookupFeature.OneOf_DenseEmb: DenseEmbeddingChoice {}
extension TzrecMatchFeature.OneOf_DenseEmb: DenseEmbeddingChoice {}
extension TzrecExprFeature.OneOf_DenseEmb: DenseEmbeddingChoice {}
extension TzrecOverlapFeature.OneOf_DenseEmb: DenseEmbeddingChoice {}
extension TzrecCustomFeature.OneOf_DenseEmb: DenseEmbeddingChoice {}
extension TzrecKvDotProduct.OneOf_DenseEmb: DenseEmbeddingChoice {}
extension TzrecCombineFeature.OneOf_DenseEmb: DenseEmbeddingChoice {}
