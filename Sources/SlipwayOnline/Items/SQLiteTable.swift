import CSlipwaySystem
import Foundation
import SlipwayCore

/// One connection to a table of an SQLite database, read-only. One thread at a time.
final class SQLiteTable {
    private let database: OpaquePointer
    private let path: String
    private let table: String
    private let key: String
    /// The key, then the wanted columns that the table has.
    private let wanted: [String]
    private static let batchSize = 4096
    /// Values bound to one statement; SQLite of any age takes as many.
    private static let idsAtOnce = 500

    /// - Parameter waitMs: how long to wait for a writer.
    /// - Throws: `ioFailure` when it cannot be opened, `notFound` without the table or the key.
    init(path: String, table: String, columns: [String], key: String, waitMs: Int32) throws {
        var handle: OpaquePointer?
        let status = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
        guard status == SQLITE_OK, let database = handle else {
            defer { sqlite3_close(handle) }
            throw Self.failure(handle, "open", path, table)
        }
        do {
            sqlite3_busy_timeout(database, waitMs)
            let there = try Self.texts(database, "PRAGMA table_info(\(Self.quoted(table)))", column: 1, path, table)
            guard !there.isEmpty else {
                throw SlipwayError(.notFound, "\(path) has no table \(table)", fix: "name the table with --item-table")
            }
            guard there.contains(key) else {
                throw SlipwayError(
                    .notFound, "table \(table) of \(path) has no column \(key) with the item ids",
                    fix: "name the column with --item-key")
            }
            wanted = [key] + columns.filter { $0 != key && there.contains($0) }
        } catch {
            sqlite3_close(database)
            throw error
        }
        self.database = database
        self.path = path
        self.table = table
        self.key = key
    }

    deinit { sqlite3_close(database) }

    /// Every row, in batches.
    func read(_ body: (ColumnBatch) throws -> Void) throws {
        let statement = try Self.prepare(database, select, path, table)
        defer { sqlite3_finalize(statement) }
        try step(statement, body)
    }

    /// The rows of these ids.
    func read(ids: [String], _ body: (ColumnBatch) throws -> Void) throws {
        for start in stride(from: 0, to: ids.count, by: Self.idsAtOnce) {
            let some = ids[start..<min(ids.count, start + Self.idsAtOnce)]
            let marks = Array(repeating: "?", count: some.count).joined(separator: ",")
            let statement = try Self.prepare(
                database, "\(select) WHERE \(Self.quoted(key)) IN (\(marks))", path, table)
            defer { sqlite3_finalize(statement) }
            for (index, id) in some.enumerated() {
                // A destructor of -1 has SQLite copy the text.
                let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
                let status = sqlite3_bind_text(statement, Int32(index + 1), id, Int32(id.utf8.count), copies)
                guard status == SQLITE_OK else { throw Self.failure(database, "read", path, table) }
            }
            try step(statement, body)
        }
    }

    /// Whether a row is found by its id without reading the others.
    func isIndexed() throws -> Bool {
        let plan = try Self.texts(
            database, "EXPLAIN QUERY PLAN \(select) WHERE \(Self.quoted(key)) IN ('a','b')", column: 3, path, table)
        return !plan.isEmpty && !plan.contains { $0.hasPrefix("SCAN") }
    }

    private var select: String {
        "SELECT \(wanted.map(Self.quoted).joined(separator: ", ")) FROM \(Self.quoted(table))"
    }

    private func step(_ statement: OpaquePointer, _ body: (ColumnBatch) throws -> Void) throws {
        var cells = wanted.map { _ in SQLiteColumn() }
        var rows = 0
        func flush() throws {
            guard rows > 0 else { return }
            try body(ColumnBatch(rowCount: rows, columns: zip(wanted, cells).map { ($0, $1.column()) }))
            for index in cells.indices { cells[index].removeAll() }
            rows = 0
        }
        while true {
            let step = sqlite3_step(statement)
            if step == SQLITE_DONE { break }
            guard step == SQLITE_ROW else { throw Self.failure(database, "read", path, table) }
            for index in cells.indices { cells[index].append(statement, Int32(index)) }
            rows += 1
            if rows == Self.batchSize { try flush() }
        }
        try flush()
    }

    private static func texts(
        _ database: OpaquePointer, _ sql: String, column: Int32, _ path: String, _ table: String
    ) throws -> Set<String> {
        let statement = try prepare(database, sql, path, table)
        defer { sqlite3_finalize(statement) }
        var found: Set<String> = []
        while sqlite3_step(statement) == SQLITE_ROW {
            if let text = sqlite3_column_text(statement, column) { found.insert(String(cString: text)) }
        }
        return found
    }

    private static func prepare(
        _ database: OpaquePointer, _ sql: String, _ path: String, _ table: String
    ) throws -> OpaquePointer {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK, let statement else {
            throw failure(database, "read", path, table)
        }
        return statement
    }

    private static func failure(
        _ database: OpaquePointer?, _ action: String, _ path: String, _ table: String
    ) -> SlipwayError {
        let reason = database.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
        return SlipwayError(
            .ioFailure, "cannot \(action) \(path), table \(table): \(reason)", fix: "check the database file")
    }

    private static func quoted(_ name: String) -> String {
        "\"\(name.replacingOccurrences(of: "\"", with: "\"\""))\""
    }
}
