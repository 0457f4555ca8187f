internal import CSlipwayArrow
internal import SlipwayCore

/// One open file of rows.
final class ArrowFile {
    struct Field {
        let name: String
        let arrowType: String
        /// What the column is read as; nil for nulls only or for a type that cannot be read.
        let type: ColumnType?
        let isOnlyNulls: Bool
    }

    let path: String
    let handle: OpaquePointer
    let fields: [Field]
    /// Rows in the file where the format tells.
    let rowCount: Int?

    /// Bytes that CSV types are inferred from, as upstream does.
    static let inferenceBytes = 64 << 20

    /// - Parameter infers: whether CSV types that are not given matter; false reads only as much as the names need.
    init(path: String, format: RowFormat, infers: Bool = true) throws {
        var opened: OpaquePointer?
        switch format {
        case .parquet:
            try callArrow(path) { slw_parquet_open(path, &opened, $0) }
        case .csv(let options):
            try Self.openCSV(path, options, inferenceBytes: infers ? Self.inferenceBytes : 0, &opened)
        }
        guard let opened else { throw SlipwayError(.internalFault, "\(path): opened without a handle") }
        self.path = path
        self.handle = opened
        let rows = slw_file_row_count(opened)
        self.rowCount = rows < 0 ? nil : Int(rows)
        self.fields = (0..<slw_file_field_count(opened)).map { index in
            let type = slw_file_field_type(opened, index).map { String(cString: $0) }
            return Field(
                name: String(cString: slw_file_field_name(opened, index)),
                arrowType: String(cString: slw_file_field_arrow_type(opened, index)),
                type: type.flatMap { ColumnType(text: $0) }, isOnlyNulls: type == "null")
        }
    }

    deinit { slw_file_close(handle) }

    private static func openCSV(
        _ path: String, _ options: CSVOptions, inferenceBytes: Int, _ opened: inout OpaquePointer?
    ) throws {
        let delimiter = try options.delimiterByte()
        let typed = options.columnTypes.sorted { $0.key < $1.key }
        try withCStrings(options.columnNames ?? []) { names in
            try withCStrings(typed.map(\.key)) { typedNames in
                try withCStrings(typed.map(\.value.description)) { typedTypes in
                    try names.withUnsafeBufferPointer { names in
                        try typedNames.withUnsafeBufferPointer { typedNames in
                            try typedTypes.withUnsafeBufferPointer { typedTypes in
                                var given = slw_csv_options(
                                    delimiter: delimiter, column_names: names.baseAddress,
                                    column_name_count: Int64(names.count), typed_names: typedNames.baseAddress,
                                    typed_types: typedTypes.baseAddress, typed_count: Int64(typed.count),
                                    inference_bytes: Int64(inferenceBytes))
                                try callArrow(path) { slw_csv_open(path, &given, &opened, $0) }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The position of a column.
    /// - Throws: `notFound` with the near names.
    func position(of name: String) throws -> Int {
        if let position = fields.firstIndex(where: { $0.name == name }) { return position }
        let near = nearNames(to: name, in: fields.map(\.name))
        let known = near.isEmpty ? fields.prefix(20).map(\.name) : near
        throw SlipwayError(
            .notFound, "\(path): there is no column '\(name)'",
            fix: "\(near.isEmpty ? "the columns are" : "did you mean") \(known.joined(separator: ", "))"
                + (near.isEmpty && fields.count > 20 ? ", …" : ""))
    }

    func unreadable(_ field: Field) -> SlipwayError {
        SlipwayError(
            .unsupported, "\(path): column '\(field.name)' has type \(field.arrowType), which cannot be read",
            fix: "store it as numbers, strings, lists or maps, or leave it out")
    }

    /// Starts reading the schema's columns in pieces of about `batchRows` rows.
    func select(_ schema: RowSchema, onlyNulls: Set<String>, batchRows: Int) throws {
        let positions = try schema.names.map { Int64(try position(of: $0)) }
        let types = schema.fields.map { onlyNulls.contains($0.name) ? "null" : $0.type.description }
        try withCStrings(types) { types in
            try callArrow(path) { error in
                slw_file_select(handle, positions, types, Int64(types.count), Int64(batchRows), error)
            }
        }
    }
}
