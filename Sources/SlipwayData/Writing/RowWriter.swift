public import SlipwayCore

/// Writes batches into `<directory>/part-0.parquet` or `part-0.csv`: the file appears whole at `finish`, or not at all.
///
/// Parquet has one row group a batch, Snappy compression. CSV has a quoted header line, quoted strings, nulls as nothing,
/// and lists as text like `[0.5,1]`; it cannot hold maps. Use one writer from one task at a time.
public final class RowWriter {
    public let schema: RowSchema
    /// The finished file.
    public let path: String
    public private(set) var rowsWritten = 0

    private let folder: OutputFolder
    private var sink: ArrowSink?
    private var failure: SlipwayError?

    /// Opens a hidden temporary file; it goes when the writer does, unless `finish` was called.
    ///
    /// - Parameters:
    ///   - overwrite: true replaces the file of an earlier run at `finish`, and removes its further `part-N` files;
    ///     other files in the directory stay. False asks for a directory that is absent or empty.
    /// - Throws: `alreadyExists`, `ioFailure`, `unsupported` for a map column in CSV.
    public init(directory: String, format: RowFormat, schema: RowSchema, overwrite: Bool) throws {
        guard !schema.fields.isEmpty else {
            throw SlipwayError(.invalidArgument, "\(directory): there is no column to write")
        }
        let fileName = "part-0.\(format.fileExtension)"
        self.folder = try OutputFolder(directory, fileName: fileName, overwrite: overwrite)
        self.schema = schema
        self.path = "\(folder.directory)/\(fileName)"
        self.sink = try ArrowSink(
            path: folder.temporaryPath, shownAs: path, format: format, schema: schema)
    }

    /// Writes one batch, whose columns are the schema's in any order; further columns are ignored.
    /// - Throws: `mismatch` for absent columns and other types, `diskFull`, `ioFailure`. After an error of the device
    ///   nothing more can be written.
    public func append(_ batch: ColumnBatch) throws {
        let sink = try opened()
        let columns = try schema.fields.map { field in
            guard let column = batch[field.name], column.type == field.type, column.count == batch.rowCount else {
                let found = batch[field.name].map { "\($0.type) of \($0.count) rows" } ?? "absent"
                throw SlipwayError(
                    .mismatch,
                    "\(path): column '\(field.name)' must be \(field.type) of \(batch.rowCount) rows and is \(found)")
            }
            return (name: field.name, column: column)
        }
        do {
            try sink.append(ColumnBatch(rowCount: batch.rowCount, columns: columns))
        } catch let error as SlipwayError {
            throw fail(error)
        }
        rowsWritten += batch.rowCount
    }

    /// Closes the file, makes it durable and moves it into place.
    public func finish() throws {
        let sink = try opened()
        do {
            try sink.finish()
            self.sink = nil
            try folder.commit()
        } catch let error as SlipwayError {
            throw fail(error)
        }
    }

    private func opened() throws -> ArrowSink {
        if let failure { throw failure }
        guard let sink else { throw SlipwayError(.internalFault, "\(path): the writer is finished") }
        return sink
    }

    private func fail(_ error: SlipwayError) -> SlipwayError {
        failure = error
        sink = nil
        folder.discard()
        return error
    }
}
