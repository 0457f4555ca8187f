import SlipwayCore
package import SlipwayData

/// Files of rows as upstream's tools name them: a path and a reader type.
package struct RowSource: Sendable {
    package var path: String
    /// `ParquetReader` or `CsvReader`; told by the path's ending when nil.
    package var readerType: String?
    package var batchSize: Int

    package init(path: String, readerType: String? = nil, batchSize: Int = 1024) {
        self.path = path
        self.readerType = readerType
        self.batchSize = batchSize
    }

    /// Opens the files for these columns. Throws as `RowReader` does.
    package func open(_ columns: [String]) throws -> RowReader {
        try RowReader(paths: path, format: try format(), columns: columns, batchSize: batchSize)
    }

    /// The format of the files. Throws `unsupported` and `invalidArgument` for reader types that are not read here.
    package func format() throws -> RowFormat? {
        switch readerType {
        case nil: return RowFormat.detected(from: path)
        case "ParquetReader": return .parquet
        case "CsvReader": return .csv(CSVOptions())
        case "OdpsReader":
            throw SlipwayError(
                .unsupported, "MaxCompute tables cannot be read here", fix: "write the rows to Parquet or CSV files")
        case let other?:
            throw SlipwayError(
                .invalidArgument, "reader type \(other) is not known", fix: "use ParquetReader or CsvReader")
        }
    }
}
