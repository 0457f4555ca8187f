public import SlipwayConfig
import SlipwayCore

/// The features of a pipeline in config order, sequence groups expanded.
///
/// Source: `create_features` in `tzrec/features/feature.py`.
public struct FeatureSet: Sendable {
    /// What a set is built with besides the feature configs.
    public struct Options: Sendable, Hashable {
        public var mode: FGMode
        /// Text between two values of an encoded string cell.
        public var multivalSeparator: String
        /// Text between a sequence group's name and a feature's; `_` for RTP.
        public var groupSeparator: String

        public init(mode: FGMode = .encoded, multivalSeparator: String = "\u{3}", groupSeparator: String = "__") {
            self.mode = mode
            self.multivalSeparator = multivalSeparator.isEmpty ? "\u{3}" : multivalSeparator
            self.groupSeparator = groupSeparator
        }
    }

    public let features: [FeatureSpec]
    public let options: Options
    private let indexByName: [String: Int]

    private init(features: [FeatureSpec], options: Options) throws {
        var index: [String: Int] = [:]
        for (position, feature) in features.enumerated() {
            guard index.updateValue(position, forKey: feature.name) == nil else {
                throw SlipwayError(
                    .invalidConfig, "two features are named \(feature.name)", fix: "give each feature_name once")
            }
        }
        self.features = features
        self.options = options
        self.indexByName = index
    }

    /// The features of a pipeline config, with its `data_config.fg_mode` and `fg_encoded_multival_sep`.
    public static func make(_ config: TzrecEasyRecConfig) throws -> FeatureSet {
        let data = config.dataConfig
        return try make(
            config.featureConfigs,
            options: Options(mode: FGMode(data.fgMode), multivalSeparator: data.fgEncodedMultivalSep))
    }

    /// The features of `configs`.
    ///
    /// - Throws: `invalid_config` naming the feature and the field.
    public static func make(_ configs: [TzrecFeatureConfig], options: Options = Options()) throws -> FeatureSet {
        var features: [FeatureSpec] = []
        for (position, config) in configs.enumerated() {
            try withContext("feature_configs[\(position)]") {
                for type in try FeatureCatalogue.decode(config, groupSeparator: options.groupSeparator) {
                    features.append(
                        try FeatureSpec(type, mode: options.mode, multivalSeparator: options.multivalSeparator))
                }
            }
        }
        UserSide.mark(&features)
        return try FeatureSet(features: features, options: options)
    }

    /// The feature of this name.
    public subscript(name: String) -> FeatureSpec? {
        indexByName[name].map { features[$0] }
    }

    /// These features in this order, each once; what one tower of a two-tower model reads.
    ///
    /// - Throws: `not_found` naming the missing feature and the nearest names.
    public func subset(_ names: [String]) throws -> FeatureSet {
        var seen: Set<String> = []
        let picked = try names.filter { seen.insert($0).inserted }.map { try feature($0) }
        return try FeatureSet(features: picked, options: options)
    }

    /// The feature of this name, or an error with the nearest names.
    public func feature(_ name: String) throws -> FeatureSpec {
        guard let found = self[name] else {
            throw SlipwayError(
                .notFound, "there is no feature named \(name)",
                fix: NearNames.hint(for: name, among: features.map(\.name), kind: "feature"))
        }
        return found
    }

    /// Every grouped sequence feature as a plain feature on one value, as upstream exports a sequence model's item
    /// tower.
    ///
    /// - Throws: `invalid_config` for a feature outside a sequence group.
    public func scalarProjection() throws -> FeatureSet {
        try Self.make(features.map { try $0.scalarConfig() }, options: options)
    }
}

extension FeatureSpec {
    /// This grouped feature's config as a top-level one, with the sequence's default value and width made explicit.
    func scalarConfig() throws -> TzrecFeatureConfig {
        guard isGroupedSequence else {
            throw SlipwayError(
                .invalidConfig, "feature \(name) is not inside a sequence group",
                fix: "only features of a sequence_feature can be read as single values")
        }
        return type.scalarConfig()
    }
}
