import SlipwayArtifact
import SlipwayConfig
import SlipwayCore
import SlipwayFeatureEngine
import SlipwayFeatures
import SlipwayGraph

/// Makes the generators of a package, for all its features or some of them.
struct GeneratorFactory {
    let mode: ScoringOptions.FeatureMode
    /// The features with their sides.
    let features: FeatureSet
    /// Inputs the model reads.
    private let inputs: [String]
    private let engineMode: FeatureEngine.Mode
    private let json: [UInt8]
    private let assetDirectory: String

    init(
        _ config: TzrecEasyRecConfig, package: Package, mode: ScoringOptions.FeatureMode
    ) throws {
        let own = config.dataConfig.fgMode
        self.mode = mode == .automatic ? (own == .fgNone ? .bypass : .normal) : mode
        if self.mode == .normal, own != .fgNone {
            features = try FeatureSet.make(config)
        } else {
            features = try FeatureSet.make(
                config.featureConfigs,
                options: .init(mode: .encoded, multivalSeparator: config.dataConfig.fgEncodedMultivalSep))
        }
        switch own {
        case .fgNormal: engineMode = .normal
        case .fgBucketize: engineMode = .bucketizeOnly
        case .fgNone, .fgDag: engineMode = .dag
        }
        inputs = package.graph.inputs.map(\.name).filter { $0 != InputSlot.batchSizeName }
        assetDirectory = package.path
        json = self.mode == .normal ? try MappedFile.contents(of: try package.file(PackageFiles.featureConfig)) : []
    }

    /// A generator for the inputs of these features.
    func generator(_ names: [String]) throws -> any FeatureGenerator {
        guard mode == .normal else { return try EncodedGenerator(features, needed: names) }
        let wanted = inputs.filter { input in names.contains { input.hasPrefix($0 + ".") } }
        return try EngineGenerator(
            json: json, inputs: wanted, features: features, mode: engineMode, assetDirectory: assetDirectory)
    }
}
