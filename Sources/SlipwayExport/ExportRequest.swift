public import SlipwayModels

/// What `slipway export` is asked to do: upstream's arguments and environment, and Slipway's own switches.
public struct ExportRequest: Sendable {
    public var pipelineConfigPath: String
    /// Overrides the choice of a checkpoint.
    public var checkpointPath: String?
    public var exportDirectory: String
    /// Comma-separated paths copied into the package.
    public var assetFiles: String?
    /// JSON object merged into `model_acc.json`.
    public var additionalExportConfig: String?
    /// JSON object of config overrides, as upstream's `--edit_config_json`.
    public var editConfigJSON: String?
    public var environment: [String: String]
    public var weightedFeatures: ModelOptions.WeightedFeatures
    /// Accept checkpoint tensors that the config does not account for.
    public var allowUnusedParameters: Bool
    /// Targets of ahead-of-time code, separated by commas; those of this machine's architecture when nil.
    public var targets: String?
    /// Whether a package keeps the C of its ahead-of-time code.
    public var keepsSource: Bool
    public var slipwayVersion: String
    /// ISO 8601, UTC.
    public var createdAt: String

    public init(
        pipelineConfigPath: String, checkpointPath: String? = nil, exportDirectory: String, assetFiles: String? = nil,
        additionalExportConfig: String? = nil, editConfigJSON: String? = nil, environment: [String: String] = [:],
        weightedFeatures: ModelOptions.WeightedFeatures = .asExported, allowUnusedParameters: Bool = false,
        targets: String? = nil, keepsSource: Bool = false, slipwayVersion: String, createdAt: String
    ) {
        self.pipelineConfigPath = pipelineConfigPath
        self.checkpointPath = checkpointPath
        self.exportDirectory = exportDirectory
        self.assetFiles = assetFiles
        self.additionalExportConfig = additionalExportConfig
        self.editConfigJSON = editConfigJSON
        self.environment = environment
        self.weightedFeatures = weightedFeatures
        self.allowUnusedParameters = allowUnusedParameters
        self.targets = targets
        self.keepsSource = keepsSource
        self.slipwayVersion = slipwayVersion
        self.createdAt = createdAt
    }
}

/// What an export made.
public struct ExportSummary: Sendable {
    public struct Part: Sendable {
        /// Folder under the export directory; empty for the only part.
        public let name: String
        public let tableCount: Int
        public let tableBytes: Int
        public let denseCount: Int
        public let outputs: [String]
    }

    public let directory: String
    public let modelKind: String
    public let checkpoint: String
    public let parts: [Part]
}

/// What an export tells while it runs.
public enum ExportEvent: Sendable {
    /// Something the user may not expect.
    case warning(String)
    /// Something worth a line of log.
    case note(String)
    /// Checkpoint bytes read so far, and in all.
    case progress(done: Int, total: Int)
}
