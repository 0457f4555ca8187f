public import SlipwayConfig
import SlipwayCore
public import SlipwayFeatures

/// Everything a model is built from.
public struct ModelContext: Sendable {
    public let config: TzrecEasyRecConfig
    public let features: FeatureSet
    public let options: ModelOptions
    /// Rows of each table of a `dynamicemb` feature in the checkpoint, by the table's name without `.weight`.
    public let dynamicRows: [String: Int]

    public init(
        config: TzrecEasyRecConfig, features: FeatureSet, options: ModelOptions, dynamicRows: [String: Int] = [:]
    ) {
        self.config = config
        self.features = features
        self.options = options
        self.dynamicRows = dynamicRows
    }

    public var model: TzrecModelConfig { config.modelConfig }
    public var groups: [TzrecFeatureGroupConfig] { model.featureGroups }

    public func hasGroup(_ name: String) -> Bool { groups.contains { $0.groupName == name } }

    /// The feature group called `name`. Throws `invalid_config` naming the ones there are.
    public func group(_ name: String) throws -> TzrecFeatureGroupConfig {
        guard let group = groups.first(where: { $0.groupName == name }) else {
            throw SlipwayError(
                .invalidConfig, "there is no feature group called \(name)",
                fix: "the groups are \(groups.map(\.groupName).joined(separator: ", "))")
        }
        return group
    }
}
