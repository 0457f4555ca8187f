package import SlipwayConfig
import SlipwayCore

/// A kind of feature: finds its message in a config, states its facts, writes its fg.json entries.
///
/// One file and one line in `FeatureCatalogue` each. Source: `tzrec/features/<kind>.py`.
package protocol FeatureType: Sendable {
    associatedtype Message: FeatureMessage

    typealias TopLevel = TzrecFeatureConfig.OneOf_Feature
    typealias Grouped = TzrecSeqFeatureConfig.OneOf_Feature

    /// The config's name of this kind, such as `id_feature`.
    static var typeName: String { get }
    /// True when there is one input, which then is a sequence wherever the feature is one.
    static var hasSingleInput: Bool { get }

    /// This kind's message in a top-level config, and whether it stands there as a `sequence_*` feature.
    static func message(in config: TopLevel) -> (message: Message, isSequence: Bool)?
    /// This kind's message in a sequence group's config.
    static func message(in config: Grouped) -> Message?
    static func topLevel(_ message: Message, isSequence: Bool) -> TopLevel
    static func grouped(_ message: Message) -> Grouped

    var config: Message { get set }
    var placement: FeaturePlacement { get }
    init(config: Message, placement: FeaturePlacement) throws

    /// Input expressions in order, `side:name`; nil when the config lacks them.
    var inputExpressions: [String]? { get }
    var isSparse: Bool { get }
    var valueDim: Int { get }
    var outputDim: Int { get }
    var isWeighted: Bool { get }
    var denseEmbedding: DenseEmbedding? { get }
    var boundaries: [Float] { get }
    var bucketizer: Bucketizer? { get }
    func numEmbeddings() throws -> Int
    /// True when an encoded cell holds the steps' values without a step delimiter.
    var readsStepsAsValues: Bool { get }
    /// Checks that span fields; called once when the set is built.
    func validate() throws

    /// The kind's own entries, before sequence fields are added.
    func ownEntries() throws -> [JSONObject]
    /// The entries of fg.json.
    func fgEntries() throws -> [JSONObject]
    /// Files the config names, by field.
    var assets: [FeatureAsset] { get }
    /// The config with the field of an asset pointing at `path`.
    mutating func setAsset(_ field: FeatureAsset.Field, to path: String)
    mutating func setAssetDirectory(_ path: String?)
}

extension FeatureType {
    package static var hasSingleInput: Bool { false }

    package var name: String { placement.namePrefix + config.featureName }
    package var isSequence: Bool { placement.isSequence }
    package var isGrouped: Bool { placement.group != nil }
    package var isWeighted: Bool { false }
    package var readsStepsAsValues: Bool { false }
    package var denseEmbedding: DenseEmbedding? { nil }
    package var boundaries: [Float] { [] }
    package var bucketizer: Bucketizer? { nil }
    package var assets: [FeatureAsset] { [] }

    package func validate() throws {}
    package mutating func setAsset(_ field: FeatureAsset.Field, to path: String) {}
    package mutating func setAssetDirectory(_ path: String?) {}

    package var outputDim: Int {
        isSparse || denseEmbedding != nil ? Int(config.embeddingDim) : max(valueDim, 1)
    }

    /// The default the engine uses: sequences cannot have an empty one.
    package var defaultValue: String {
        let text = config.textDefault ?? ""
        return isSequence && text.isEmpty ? "0" : text
    }

    package var sequenceFacts: SequenceFacts? {
        guard isSequence else { return nil }
        if let group = placement.group {
            return SequenceFacts(
                groupName: group.name, delimiter: group.delimiter, length: group.length, primaryKey: group.primaryKey)
        }
        return SequenceFacts(delimiter: config.sequenceDelim, length: Int(config.sequenceLength))
    }

    package func numEmbeddings() throws -> Int { try bucketizerRows() }

    func bucketizerRows() throws -> Int {
        guard let bucketizer else {
            throw FeatureError.config(
                name, "has no bucketizer", "and so no table size",
                fix: "set one of hash_bucket_size, num_buckets, vocab_list, vocab_dict, vocab_file, zch, dynamicemb")
        }
        return try bucketizer.rows(feature: name)
    }

    /// This feature's config outside any sequence group.
    package func scalarConfig() -> TzrecFeatureConfig {
        var message = config
        if let text = message.textDefault, text.isEmpty { message.textDefault = defaultValue }
        if message.hasValueDimField, message.statedValueDim == nil {
            message.statedValueDim = UInt32(clamping: valueDim)
        }
        var wrapped = TzrecFeatureConfig()
        wrapped.feature = Self.topLevel(message, isSequence: false)
        return wrapped
    }
}
