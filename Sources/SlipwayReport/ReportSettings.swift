/// How a report is made.
public struct ReportSettings: Sendable {
    /// Comma-separated paths or globs of sample rows; nil takes the config's input, or made-up rows where it is not there.
    public var dataPath: String?
    /// Sample rows at most.
    public var rows: Int
    /// Where made-up rows begin.
    public var seed: UInt64
    /// Candidates of the requests that are timed.
    public var batchSizes: [Int]
    /// Seconds for each of them.
    public var secondsPerBatchSize: Double
    public var environment: [String: String]

    public init(
        dataPath: String? = nil, rows: Int = 1024, seed: UInt64 = 1, batchSizes: [Int] = [1, 32, 200, 512],
        secondsPerBatchSize: Double = 0.15, environment: [String: String] = [:]
    ) {
        self.dataPath = dataPath
        self.rows = rows
        self.seed = seed
        self.batchSizes = batchSizes
        self.secondsPerBatchSize = secondsPerBatchSize
        self.environment = environment
    }
}
