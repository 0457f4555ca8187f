import CSlipwaySystem
import Foundation
import SlipwayCore
import SlipwayData
import SlipwayTestSupport
import Testing

extension ExamplePackage {
    /// Writes the item columns of rows as item features, under the ids that requests use.
    func writeItems(_ range: Range<Int>, to path: String) throws {
        let source = try RowReader(paths: Self.dataPath, columns: itemColumns, batchSize: range.count)
        let batch = try #require(try source.next())
        let ids = Column.string(range.map { "row\($0)" })
        if path.hasSuffix(".db") { return try writeDatabase(batch, range, to: path) }
        let isCSV = path.hasSuffix(".csv")
        // CSV holds lists as text.
        let columns: [(name: String, column: Column)] = zip(batch.names, batch.columns).map { name, column in
            guard isCSV, case .list = column.type else { return (name, column) }
            return (name, .string((0..<column.count).map { Self.text(column, $0) }))
        }
        let all = [("id", ids)] + columns
        let folder = path + ".folder"
        let writer = try RowWriter(
            directory: folder, format: isCSV ? .csv(CSVOptions()) : .parquet,
            schema: RowSchema(all.map { RowSchema.Field($0.0, $0.1.type) }), overwrite: true)
        try writer.append(ColumnBatch(rowCount: batch.rowCount, columns: all.map { (name: $0.0, column: $0.1) }))
        try writer.finish()
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.moveItem(atPath: "\(folder)/part-0.\(isCSV ? "csv" : "parquet")", toPath: path)
    }

    static var dataPath: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Examples/multi_tower_din/data/eval.parquet").path
    }

    private var itemColumns: [String] { ["item_id", "cate_id", "brand", "price", "item_vec", "words"] }

    /// Elements joined as encoded columns have them.
    private static func text(_ column: Column, _ row: Int) -> String {
        column.range(row).map { index in
            column.children[0].type == .float
                ? "\(column.children[0].elements(as: Float.self)[index])"
                : "\(column.children[0].elements(as: Int64.self)[index])"
        }.joined(separator: "\u{3}")
    }

    /// Makes `count` copies of each item of a database; ids end with the number of the copy, copy after copy.
    static func multiplyItems(_ path: String, by count: Int) throws {
        var handle: OpaquePointer?
        try #require(sqlite3_open(path, &handle) == SQLITE_OK)
        defer { sqlite3_close(handle) }
        for sql in [
            "ALTER TABLE items RENAME TO seed", "CREATE TABLE items AS SELECT * FROM seed LIMIT 0",
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < \(count - 1)) "
                + "INSERT INTO items SELECT seed.* FROM n CROSS JOIN seed ORDER BY i, seed.rowid",
            "UPDATE items SET id = id || '-' || ((rowid - 1) / 100)", "CREATE UNIQUE INDEX ids ON items (id)",
        ] {
            try #require(sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK, "\(sql)")
        }
    }

    private func writeDatabase(_ batch: ColumnBatch, _ range: Range<Int>, to path: String) throws {
        var handle: OpaquePointer?
        try #require(sqlite3_open(path, &handle) == SQLITE_OK)
        defer { sqlite3_close(handle) }
        func run(_ sql: String) throws { try #require(sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK, "\(sql)") }
        try run("CREATE TABLE items (id TEXT PRIMARY KEY, \(batch.names.joined(separator: ", ")))")
        for (position, row) in range.enumerated() {
            let values = batch.columns.map { column -> String in
                if column.isNull(position) { return "NULL" }
                if case .list = column.type { return "'\(Self.text(column, position))'" }
                return cells(column)[position].replacing("\"", with: "'")
            }
            try run("INSERT INTO items VALUES ('row\(row)', \(values.joined(separator: ", ")))")
        }
    }
}
