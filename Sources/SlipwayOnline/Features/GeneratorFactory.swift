import SlipwayArtifact
import SlipwayConfig
import SlipwayCore
import SlipwayFeatures

/// Makes the generators of a package, for all its features or some of them.
struct GeneratorFactory {
    let mode: ScoringOptions.FeatureMode
    /// The features with their sides.
    let features: FeatureSet
    private let package: Package

    init(
        _ config: TzrecEasyRecConfig, package: Package, mode: ScoringOptions.FeatureMode, needed: [String]
    ) throws {
        self.package = package
        let isEncoded = config.dataConfig.fgMode == .fgNone
        self.mode = mode == .automatic ? (isEncoded ? .bypass : .normal) : mode
        features = try FeatureSet.make(
            config.featureConfigs,
            options: .init(mode: .encoded, multivalSeparator: config.dataConfig.fgEncodedMultivalSep))
        guard self.mode == .bypass else {
            throw SlipwayError(
                .unsupported, "fg_mode normal is not supported by this build: it cannot generate features",
                fix: "send encoded features and set fg_mode to bypass")
        }
    }

    /// A generator for the inputs of these features.
    func generator(_ names: [String]) throws -> any FeatureGenerator {
        try EncodedGenerator(features, needed: names)
    }
}
