import SlipwayCore

/// What two prediction outputs have in common and where they differ.
public struct PredictionComparison: Sendable {
    public struct Options: Sendable {
        /// Largest |a − b| / max(1, |a|) that counts as equal, a being the expected value.
        public var tolerance: Double
        /// Column that names rows. nil takes `row_id` where both have it, and else the order of the rows.
        public var key: String?
        /// Rows a batch.
        public var batchSize: Int
        /// Values that may wait for the row they belong to, when rows are in another order: bounds memory.
        public var waitingLimit: Int

        public init(tolerance: Double = 1e-5, key: String? = nil, batchSize: Int = 4096, waitingLimit: Int = 16 << 20) {
            self.tolerance = tolerance
            self.key = key
            self.batchSize = batchSize
            self.waitingLimit = waitingLimit
        }
    }

    public let expectedPath: String
    public let actualPath: String
    public let tolerance: Double
    public let expectedRowCount: Int
    public let actualRowCount: Int
    /// The column that rows were matched by; nil when by their order.
    public let key: String?
    /// Whether matched rows stand in another order.
    public let isReordered: Bool
    /// Rows without a partner, and a few of their keys.
    public let onlyExpectedRowCount: Int
    public let onlyActualRowCount: Int
    public let unmatchedKeys: [String]
    /// Columns that only the expected file has.
    public let missingColumns: [String]
    /// Columns that only the actual file has.
    public let extraColumns: [String]
    /// Columns that both have, the key left out, in the expected order.
    public let columns: [ColumnDifference]

    /// Compares the files at `expected` and `actual`: each a Parquet or CSV file, a folder of such files or a glob.
    ///
    /// Streams both; memory holds a batch of each, and the rows whose partner has not come yet. Throws `notFound` for
    /// absent files and key columns, `invalidArgument` for a bad tolerance, and `unsupported` when too many rows wait for
    /// their partner.
    public static func run(expected: String, actual: String, options: Options = Options()) throws -> PredictionComparison {
        guard options.tolerance.isFinite, options.tolerance >= 0 else {
            throw SlipwayError(
                .invalidArgument, "a tolerance of \(options.tolerance)", fix: "choose a number of at least 0, such as 1e-5")
        }
        var comparer = try PredictionComparer(expected: expected, actual: actual, options: options)
        return try comparer.run()
    }

    /// Whether both have the same columns and rows, and all values agree within the tolerance.
    public var isWithinTolerance: Bool {
        missingColumns.isEmpty && extraColumns.isEmpty && !columns.isEmpty && onlyExpectedRowCount == 0
            && onlyActualRowCount == 0 && columns.allSatisfy { $0.isWithin(tolerance) }
    }

    /// The largest difference of any column, by the measure that the tolerance is held against.
    public var largest: (column: ColumnDifference, peak: ColumnDifference.Peak)? {
        var largest: (column: ColumnDifference, peak: ColumnDifference.Peak)?
        for column in columns {
            guard let peak = column.largestRelative, peak.value > largest?.peak.value ?? -1 else { continue }
            largest = (column, peak)
        }
        return largest
    }
}
