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

extension TzrecIdFeature: BucketizerMessage, ValueDimMessage {}
extension TzrecRawFeature: DefaultMessage, ValueDimMessage {}
extension TzrecComboFeature: BucketizerMessage, ValueDimMessage {}
extension TzrecLookupFeature: BucketizerMessage, ValueDimMessage {}
extension TzrecMatchFeature: BucketizerMessage, ValueDimMessage {}
extension TzrecExprFeature: DefaultMessage, ValueDimMessage {}
extension TzrecOverlapFeature: FeatureMessage {}
extension TzrecTokenizeFeature: DefaultMessage {}
extension TzrecCustomFeature: BucketizerMessage, ValueDimMessage {}
extension TzrecKvDotProduct: DefaultMessage {}
extension TzrecBoolMaskFeature: BucketizerMessage, ValueDimMessage {}
extension TzrecCombineFeature: DefaultMessage {}
