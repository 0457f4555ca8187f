public import SlipwayFeatureEngine
public import SlipwayRuntime

/// What `slipway predict` is asked to do: upstream's arguments, and Slipway's own switches.
public struct PredictRequest: Sendable {
    public var packagePath: String
    /// Comma-separated paths, folders or globs.
    public var inputPath: String
    public var outputPath: String
    /// Input columns to copy to the output, in this order.
    public var reservedColumns: [String]
    /// Outputs to write, in this order; all of them by name when nil.
    public var outputColumns: [String]?
    /// Rows of a batch; `eval_batch_size`, else `batch_size` of the config when nil.
    public var batchSize: Int?
    /// Threads that score; what the process's processors and control group allow when nil.
    public var threads: Int?
    /// Batches to score at most.
    public var steps: Int?
    /// `ParquetDataset` or `CsvDataset`; the config's when nil.
    public var datasetType: String?
    /// `ParquetWriter` or `CsvWriter`; that of the dataset type when nil.
    public var writerType: String?
    public var editConfigJSON: String?
    public var badIDs: BadIDPolicy
    /// Replace an output that is there.
    public var overwrite: Bool
    /// Check the hashes of every file of the package before use.
    public var verifyHashes: Bool
    /// A batch is one request with the user of its first row, as with INPUT_TILE_3_ONLINE=1; for packages exported with
    /// INPUT_TILE.
    public var firstUserOnly: Bool
    /// Above 0 the inputs of each row are written as text, in the column `__features__`.
    public var debugLevel: Int
    /// Where `USE_FARM_HASH_TO_BUCKETIZE` is looked up.
    public var environment: [String: String]

    public init(
        packagePath: String, inputPath: String, outputPath: String, reservedColumns: [String] = [],
        outputColumns: [String]? = nil, batchSize: Int? = nil, threads: Int? = nil, steps: Int? = nil,
        datasetType: String? = nil, writerType: String? = nil, editConfigJSON: String? = nil,
        badIDs: BadIDPolicy = .asUpstream, overwrite: Bool = false, verifyHashes: Bool = false,
        firstUserOnly: Bool = false, debugLevel: Int = 0, environment: [String: String] = [:]
    ) {
        self.packagePath = packagePath
        self.inputPath = inputPath
        self.outputPath = outputPath
        self.reservedColumns = reservedColumns
        self.outputColumns = outputColumns
        self.batchSize = batchSize
        self.threads = threads
        self.steps = steps
        self.datasetType = datasetType
        self.writerType = writerType
        self.editConfigJSON = editConfigJSON
        self.badIDs = badIDs
        self.overwrite = overwrite
        self.verifyHashes = verifyHashes
        self.firstUserOnly = firstUserOnly
        self.debugLevel = debugLevel
        self.environment = environment
    }
}

/// What a prediction run made.
public struct PredictSummary: Sendable {
    public let rows: Int
    public let outputs: [String]
    /// The file written.
    public let path: String
    /// Ids outside their table that were read as another row, by feature.
    public let mappedIDs: [String: Int]
    /// Rows in which an output is NaN, by output.
    public let nanRows: [String: Int]
    /// What feature generation met, by feature; empty for encoded columns.
    public let features: [String: FeatureCounters]
    /// Where the time went.
    public let times: StageTimes
    /// Threads that scored.
    public let threads: Int
}

/// What a prediction run tells while it goes.
public enum PredictEvent: Sendable {
    case warning(String)
    case note(String)
    /// Rows scored, rows in all where the format tells, and the share of the input that is read.
    case progress(rows: Int, totalRows: Int?, fraction: Double)
}
