public import SlipwayCore

/// Streams the rows of files as batches, in the order of the files and of the rows in them.
///
/// Every batch but the last has `batchSize` rows: batches are filled across row groups and files. Memory holds about one
/// batch, one Parquet data page a column, or the CSV blocks being parsed, whatever the size of the files. Use one reader
/// from one task at a time.
///
/// Integers of any width are read as int32 or int64, float16 as float, decimals as double, dates and times as the
/// int64 they are stored as, dictionaries as their values, text and valid UTF-8 bytes as strings, a column of nulls only
/// as strings. Where files store a column in different widths, the widest holds them all.
public final class RowReader {
    /// The columns of every batch, in order.
    public let schema: RowSchema
    public let files: InputFiles
    public let batchSize: Int
    /// Rows in all files; nil for CSV, which has to be read to tell.
    public let totalRows: Int?
    /// Rows handed out so far.
    public private(set) var rowsRead = 0

    public var totalBytes: Int { files.totalBytes }

    private let format: RowFormat
    private let onlyNulls: Set<String>
    private let batcher: ArrowBatcher
    private var nextFile = 0
    private var current: ArrowFile?
    private var failure: SlipwayError?

    /// Opens the files and checks that every column asked for is in every file.
    ///
    /// - Parameters:
    ///   - paths: comma separated paths, globs and directories, as `--predict_input_path` takes them.
    ///   - format: nil takes it from the ending of `paths`.
    ///   - columns: columns to read, in this order; nil for all of the first file's.
    ///   - batchSize: rows a batch, at least 1.
    /// - Throws: `notFound` for absent files and columns, `unsupported` for a column of a type that cannot be read,
    ///   `mismatch` where files disagree on a type, `corrupt` for files that are not what they should be.
    public init(paths: String, format: RowFormat? = nil, columns: [String]? = nil, batchSize: Int) throws {
        guard batchSize > 0, batchSize <= Int32.max else {
            throw SlipwayError(
                .invalidArgument, "a batch size of \(batchSize)", fix: "choose one from 1 to \(Int32.max)")
        }
        guard let format = format ?? RowFormat.detected(from: paths) else {
            throw SlipwayError(
                .invalidArgument, "\(paths): the ending does not tell whether this is Parquet or CSV",
                fix: "set data_config.dataset_type, or name files that end in .parquet or .csv")
        }
        self.format = format
        self.files = try InputFiles(matching: paths, format: format)
        self.batchSize = batchSize
        let plan = try ReadPlan(files, format: format, columns: columns)
        self.schema = plan.schema
        self.onlyNulls = plan.onlyNulls
        self.totalRows = plan.totalRows
        self.batcher = try ArrowBatcher(plan.schema)
    }

    /// The share of the input handed out, 0 to 1: by rows where their number is known, by files otherwise.
    public var progress: Double {
        if let totalRows { return totalRows == 0 ? 1 : min(1, Double(rowsRead) / Double(totalRows)) }
        let done = files.sizes.prefix(current == nil ? nextFile : max(0, nextFile - 1)).reduce(0, +)
        return totalBytes == 0 ? 1 : Double(done) / Double(totalBytes)
    }

    /// The next batch; nil after the last. Once it has thrown, it throws the same error again.
    public func next() throws -> ColumnBatch? {
        if let failure { throw failure }
        do {
            while batcher.rowCount < batchSize, let file = try openFile() {
                if try !batcher.pull(from: file) { current = nil }
            }
            let rows = min(batcher.rowCount, batchSize)
            guard rows > 0 else { return nil }
            let batch = try batcher.take(rows)
            rowsRead += rows
            return batch
        } catch let error as SlipwayError {
            failure = error
            throw error
        }
    }

    private func openFile() throws -> ArrowFile? {
        if let current { return current }
        while nextFile < files.paths.count {
            let position = nextFile
            nextFile += 1
            // Writers of many parts leave empty CSV files; the first file, which tells the columns, was checked.
            if case .csv = format, files.sizes[position] == 0 { continue }
            let file = try ArrowFile(path: files.paths[position], format: format, infers: false)
            try file.select(schema, onlyNulls: onlyNulls, batchRows: batchSize)
            current = file
            return file
        }
        return nil
    }
}
