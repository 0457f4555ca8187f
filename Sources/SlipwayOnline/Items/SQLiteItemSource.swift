package import SlipwayCore

/// A table of an SQLite database, opened read-only for each reading.
package struct SQLiteItemSource: ItemSource {
    private let path: String
    private let table: String

    /// Whether a path is taken for a database by its name.
    package static func isDatabase(_ path: String) -> Bool {
        [".db", ".sqlite", ".sqlite3"].contains { path.hasSuffix($0) }
    }

    package init(path: String, table: String) {
        self.path = path
        self.table = table
    }

    package var description: String { "\(path), table \(table)" }

    /// The database file and its write-ahead log.
    package func stamp() -> String? {
        FileStamp.of(path).map { $0 + "," + (FileStamp.of("\(path)-wal") ?? "") }
    }

    package func read(columns: [String], key: String, _ body: (ColumnBatch) throws -> Void) throws {
        try open(columns, key, waitMs: 5000).read(body)
    }

    /// Items are looked up where the key is indexed.
    package func reader(columns: [String], key: String) throws -> (any ItemReader)? {
        let table = try open(columns, key, waitMs: 50)
        return try table.isIndexed() ? Reader(table) : nil
    }

    private func open(_ columns: [String], _ key: String, waitMs: Int32) throws -> SQLiteTable {
        try SQLiteTable(path: path, table: table, columns: columns, key: key, waitMs: waitMs)
    }

    private final class Reader: ItemReader {
        private let table: SQLiteTable

        init(_ table: SQLiteTable) { self.table = table }

        func read(ids: [String], _ body: (ColumnBatch) throws -> Void) throws { try table.read(ids: ids, body) }
    }
}
