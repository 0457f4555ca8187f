internal import CSlipwayArrow
internal import SlipwayCore

/// One file of rows being written, at the path given.
final class ArrowSink {
    private let handle: OpaquePointer
    /// The path that errors name.
    private let path: String

    /// - Parameter shownAs: the path that errors name; nil for `path`.
    init(path: String, shownAs: String? = nil, format: RowFormat, schema: RowSchema) throws {
        let shown = shownAs ?? path
        var opened: OpaquePointer?
        try withCStrings(schema.names) { names in
            try withCStrings(schema.fields.map(\.type.description)) { types in
                try callArrow(shown) { error in
                    switch format {
                    case .parquet: slw_parquet_writer_open(path, names, types, Int64(names.count), &opened, error)
                    case .csv: slw_csv_writer_open(path, names, types, Int64(names.count), &opened, error)
                    }
                }
            }
        }
        guard let opened else { throw SlipwayError(.internalFault, "\(shown): opened without a handle") }
        self.handle = opened
        self.path = shown
    }

    deinit { slw_writer_free(handle) }

    func append(_ batch: ColumnBatch) throws {
        var array = ArrowExport.batch(batch)
        try callArrow(path) { slw_writer_append(handle, &array, $0) }
    }

    func finish() throws {
        try callArrow(path) { slw_writer_finish(handle, $0) }
    }
}
