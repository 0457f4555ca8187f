internal import SlipwayCore

/// What to read from a list of files: the columns, their types, and how many rows there are.
struct ReadPlan {
    let schema: RowSchema
    /// Columns that held nulls only where types were found; the schema has them as strings.
    let onlyNulls: Set<String>
    let totalRows: Int?

    /// Opens every Parquet file's footer; of CSV files only the first one with anything in it.
    init(_ files: InputFiles, format: RowFormat, columns: [String]?) throws {
        let paths: [String]
        switch format {
        case .parquet:
            paths = files.paths
        case .csv:
            guard let first = zip(files.paths, files.sizes).first(where: { $0.1 > 0 }) else {
                throw SlipwayError(
                    .corrupt, "\(files.paths[0]): the file is empty", fix: "a CSV file needs a header line or rows")
            }
            paths = [first.0]
        }
        var merged: [(name: String, type: ColumnType?)] = []
        var rows: Int? = 0
        for (index, path) in paths.enumerated() {
            let file = try ArrowFile(path: path, format: format)
            rows = Self.sum(rows, file.rowCount)
            if index == 0 { merged = try Self.start(file, columns) }
            try Self.merge(file, into: &merged)
        }
        self.schema = RowSchema(merged.map { RowSchema.Field($0.name, $0.type ?? .string) })
        self.onlyNulls = Set(merged.filter { $0.type == nil }.map(\.name))
        self.totalRows = rows
    }

    private static func start(_ file: ArrowFile, _ columns: [String]?) throws -> [(name: String, type: ColumnType?)] {
        var seen: Set<String> = []
        let names = (columns ?? file.fields.map(\.name)).filter { seen.insert($0).inserted }
        guard !names.isEmpty else {
            throw SlipwayError(
                columns == nil ? .corrupt : .invalidArgument, "\(file.path): there is no column to read",
                fix: "name at least one column")
        }
        return names.map { ($0, nil) }
    }

    private static func merge(_ file: ArrowFile, into merged: inout [(name: String, type: ColumnType?)]) throws {
        for index in merged.indices {
            let field = file.fields[try file.position(of: merged[index].name)]
            if field.isOnlyNulls { continue }
            guard let type = field.type else { throw file.unreadable(field) }
            guard let before = merged[index].type else {
                merged[index].type = type
                continue
            }
            guard let both = before.unified(with: type) else {
                throw SlipwayError(
                    .mismatch, "\(file.path): column '\(field.name)' is \(type), in the files before it is \(before)",
                    fix: "write the column with one type in all files")
            }
            merged[index].type = both
        }
    }

    private static func sum(_ left: Int?, _ right: Int?) -> Int? {
        guard let left, let right else { return nil }
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? nil : sum
    }
}
