public import SlipwayCore

/// How rows lie in a file.
public enum RowFormat: Sendable, Hashable {
    case parquet
    case csv(CSVOptions)

    /// The ending of such files, without a dot.
    public var fileExtension: String {
        switch self {
        case .parquet: return "parquet"
        case .csv: return "csv"
        }
    }

    /// The format that the ending of a path or of a comma separated list of globs names; nil when it names none.
    public static func detected(from paths: String) -> RowFormat? {
        if paths.hasSuffix(".parquet") { return .parquet }
        if paths.hasSuffix(".csv") { return .csv(CSVOptions()) }
        return nil
    }
}

/// What a CSV file does not say about itself.
public struct CSVOptions: Sendable, Hashable {
    /// Separates values: one ASCII character, neither a quote nor a line end.
    public var delimiter: Character
    /// Column names in order, for files without a header line; nil when the first line names the columns.
    public var columnNames: [String]?
    /// Types that are given. Other columns get the type their values have: int64, bool, double or string.
    public var columnTypes: [String: ColumnType]

    public init(delimiter: Character = ",", columnNames: [String]? = nil, columnTypes: [String: ColumnType] = [:]) {
        self.delimiter = delimiter
        self.columnNames = columnNames
        self.columnTypes = columnTypes
    }

    func delimiterByte() throws -> CChar {
        guard let byte = delimiter.asciiValue, ![0, 10, 13, 34].contains(byte) else {
            throw SlipwayError(
                .invalidArgument, "\(delimiter.debugDescription) cannot separate CSV values",
                fix: "set data_config.delimiter to one ASCII character that is neither a quote nor a line end")
        }
        return CChar(byte)
    }
}
