import SlipwayCore

/// Collects what is wrong with a config that parsed.
struct ConfigCheck {
    struct Finding {
        let message: String
        let fix: String
    }

    let root: DynamicMessage
    let features: [ConfigFeature]
    let groups: [GroupView]
    let model: DynamicMessage?
    private(set) var errors: [Finding] = []
    private(set) var warnings: [ConfigWarning] = []

    /// One feature group, with its place and the kind of group it is.
    struct GroupView {
        let message: DynamicMessage
        let path: String
        let name: String
        let type: TzrecFeatureGroupType
        let suffix: String

        /// Features of the group and of its sequence groups.
        var allFeatureNames: [String] {
            message.texts("feature_names") + message.messages("sequence_groups").flatMap { $0.texts("feature_names") }
        }

        var isSequence: Bool { type == .sequence || type == .jaggedSequence }
    }

    init(_ root: DynamicMessage, usesRTP: Bool) {
        self.root = root
        features = ConfigFeature.all(in: root, usesRTP: usesRTP)
        model = root.message("model_config")
        groups = (model?.messages("feature_groups") ?? []).enumerated().map { index, message in
            GroupView(
                message: message, path: "model_config.feature_groups[\(index)]", name: message.text("group_name"),
                type: TzrecFeatureGroupType(rawValue: Int(message.enumNumber("group_type") ?? 0)) ?? .deep,
                suffix: message.text("embedding_name_suffix"))
        }
    }

    mutating func error(_ message: String, fix: String) { errors.append(Finding(message: message, fix: fix)) }

    mutating func warn(_ message: String, at path: String) {
        warnings.append(ConfigWarning(kind: .suspicious, path: path, message: message))
    }

    /// Throws: `invalidConfig` with every error found, one a line.
    func finish() throws -> [ConfigWarning] {
        guard let first = errors.first else { return warnings }
        guard errors.count > 1 else { throw SlipwayError(.invalidConfig, first.message, fix: first.fix) }
        let lines = errors.map { "- \($0.message) — \($0.fix)" }
        throw SlipwayError(
            .invalidConfig, "the pipeline config has \(errors.count) errors:\n" + lines.joined(separator: "\n"))
    }

    var featuresByName: [String: ConfigFeature] {
        Dictionary(features.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Names of the features that some group reads.
    var usedNames: Set<String> { Set(groups.flatMap(\.allFeatureNames)) }
}

extension PipelineConfig {
    /// Checks what the schema cannot: names that must exist, sizes, losses, activations, shared tables.
    ///
    /// With `usesRTP` sub-features of a sequence are named with one underscore, as upstream does under `USE_RTP=1`.
    /// Returns what looks wrong but works. Throws: `invalidConfig` naming each feature, group or field and what to do.
    public static func validate(
        _ config: TzrecEasyRecConfig, usesRTP: Bool = false
    ) throws -> [ConfigWarning] {
        var check = ConfigCheck(try dynamic(config), usesRTP: usesRTP)
        check.checkFeatures()
        check.checkGroups()
        check.checkTables()
        check.checkModel()
        return try check.finish()
    }
}
