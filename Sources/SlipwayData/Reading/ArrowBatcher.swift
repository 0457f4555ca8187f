internal import CSlipwayArrow
internal import SlipwayCore

/// Gathers pieces of files and cuts them into batches.
final class ArrowBatcher {
    private let handle: OpaquePointer
    private let schema: RowSchema

    init(_ schema: RowSchema) throws {
        var opened: OpaquePointer?
        try withCStrings(schema.names) { names in
            try withCStrings(schema.fields.map(\.type.description)) { types in
                try callArrow("columns") { slw_batcher_open(names, types, Int64(names.count), &opened, $0) }
            }
        }
        guard let opened else { throw SlipwayError(.internalFault, "no batcher") }
        self.handle = opened
        self.schema = schema
    }

    deinit { slw_batcher_close(handle) }

    var rowCount: Int { Int(slw_batcher_row_count(handle)) }

    /// Reads the next piece of `file`; false at its end.
    func pull(from file: ArrowFile) throws -> Bool {
        var more = false
        try callArrow(file.path) { slw_batcher_pull(handle, file.handle, &more, $0) }
        return more
    }

    /// The first `rows` rows, which leave the batcher.
    func take(_ rows: Int) throws -> ColumnBatch {
        var array = ArrowArray()
        try callArrow("batch of \(rows) rows") { slw_batcher_take(handle, Int64(rows), &array, $0) }
        return try ArrowImport.batch(array, schema: schema)
    }
}
