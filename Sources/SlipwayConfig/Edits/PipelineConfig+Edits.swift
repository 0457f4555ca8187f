import SlipwayCore

extension PipelineConfig {
    /// The config with the edits made, one after another, and a warning for each edit that matched nothing.
    ///
    /// Throws: `invalidArgument` naming the path of the edit that cannot be made; the config given is unchanged.
    public static func apply(
        edits: [ConfigEdit], to config: TzrecEasyRecConfig
    ) throws -> (config: TzrecEasyRecConfig, warnings: [ConfigWarning]) {
        let root = try dynamic(config)
        var warnings: [ConfigWarning] = []
        for edit in edits where try EditApplier(edit).apply(to: root) == 0 {
            warnings.append(
                ConfigWarning(kind: .suspicious, path: edit.path, message: "edit path `\(edit.path)` matches nothing"))
        }
        if let missing = RequiredFields.firstMissing(in: root) {
            throw SlipwayError(
                .invalidArgument, "after the edits the required field `\(missing)` is missing",
                fix: "give it a value in the edit that makes its block")
        }
        return (try typed(root), warnings)
    }
}
