/// What `slipway verify` is asked to do.
public struct VerifyRequest: Sendable {
    /// A package, or the folder of an export of several parts.
    public var packagePath: String
    public var checkpointPath: String
    /// The config to rebuild the model from; the package's own when nil.
    public var pipelineConfigPath: String?
    /// Comma-separated paths or globs of rows to replay; generated rows when nil.
    public var dataPath: String?
    /// Rows to replay at most; 0 compares the stored weights only.
    public var rows: Int
    /// Largest |reference − package| / max(1, |reference|) that counts as equal.
    public var tolerance: Double
    /// Where generated rows begin.
    public var seed: UInt64
    public var slipwayVersion: String
    public var environment: [String: String]

    public init(
        packagePath: String, checkpointPath: String, pipelineConfigPath: String? = nil, dataPath: String? = nil,
        rows: Int = 100, tolerance: Double = 1e-5, seed: UInt64 = 1, slipwayVersion: String,
        environment: [String: String] = [:]
    ) {
        self.packagePath = packagePath
        self.checkpointPath = checkpointPath
        self.pipelineConfigPath = pipelineConfigPath
        self.dataPath = dataPath
        self.rows = rows
        self.tolerance = tolerance
        self.seed = seed
        self.slipwayVersion = slipwayVersion
        self.environment = environment
    }
}

/// What a verification tells while it runs.
public enum VerifyEvent: Sendable {
    case warning(String)
    /// Bytes of stored weights compared so far, and in all.
    case weights(done: Int, total: Int)
    /// Rows replayed so far, and in all where that is known.
    case rows(part: String, done: Int, total: Int?)
}
