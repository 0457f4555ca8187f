import CSlipwaySystem
import Foundation
package import SlipwayCore

/// A table of an SQLite database, opened read-only for each reading.
package struct SQLiteItemSource: ItemSource {
    private let path: String
    private let table: String
    private static let batchSize = 4096

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
        var handle: OpaquePointer?
        defer { sqlite3_close(handle) }
        guard sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil) == SQLITE_OK,
            let database = handle
        else { throw failure(handle, "open") }
        sqlite3_busy_timeout(database, 5000)
        let there = try names(database)
        guard !there.isEmpty else {
            throw SlipwayError(.notFound, "\(path) has no table \(table)", fix: "name the table with --item-table")
        }
        guard there.contains(key) else {
            throw SlipwayError(
                .notFound, "table \(table) of \(path) has no column \(key) with the item ids",
                fix: "name the column with --item-key")
        }
        let wanted = [key] + columns.filter { $0 != key && there.contains($0) }
        let list = wanted.map(Self.quoted).joined(separator: ", ")
        let statement = try prepare(database, "SELECT \(list) FROM \(Self.quoted(table))")
        defer { sqlite3_finalize(statement) }
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
            guard step == SQLITE_ROW else { throw failure(database, "read") }
            for index in cells.indices { cells[index].append(statement, Int32(index)) }
            rows += 1
            if rows == Self.batchSize { try flush() }
        }
        try flush()
    }

    private func names(_ database: OpaquePointer) throws -> Set<String> {
        let statement = try prepare(database, "PRAGMA table_info(\(Self.quoted(table)))")
        defer { sqlite3_finalize(statement) }
        var names: Set<String> = []
        while sqlite3_step(statement) == SQLITE_ROW {
            if let text = sqlite3_column_text(statement, 1) { names.insert(String(cString: text)) }
        }
        return names
    }

    private func prepare(_ database: OpaquePointer, _ sql: String) throws -> OpaquePointer {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK, let statement else {
            throw failure(database, "read")
        }
        return statement
    }

    private func failure(_ database: OpaquePointer?, _ action: String) -> SlipwayError {
        let reason = database.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
        return SlipwayError(.ioFailure, "cannot \(action) \(description): \(reason)", fix: "check the database file")
    }

    private static func quoted(_ name: String) -> String {
        "\"\(name.replacingOccurrences(of: "\"", with: "\"\""))\""
    }
}

/// Cells of one column, whose types SQLite decides row by row.
private struct SQLiteColumn {
    private enum Cell {
        case null
        case integer(Int64)
        case real(Double)
        case text(String)
    }

    private var cells: [Cell] = []

    mutating func removeAll() { cells.removeAll(keepingCapacity: true) }

    mutating func append(_ statement: OpaquePointer, _ index: Int32) {
        switch sqlite3_column_type(statement, index) {
        case SQLITE_INTEGER: cells.append(.integer(sqlite3_column_int64(statement, index)))
        case SQLITE_FLOAT: cells.append(.real(sqlite3_column_double(statement, index)))
        case SQLITE_NULL: cells.append(.null)
        default:
            let count = Int(sqlite3_column_bytes(statement, index))
            let bytes = UnsafeRawBufferPointer(start: sqlite3_column_blob(statement, index), count: count)
            cells.append(.text(String(decoding: bytes, as: UTF8.self)))
        }
    }

    func column() -> Column {
        var hasText = false, hasReal = false
        for cell in cells {
            switch cell {
            case .text: hasText = true
            case .real: hasReal = true
            default: break
            }
        }
        if hasText {
            return .string(
                cells.map {
                    switch $0 {
                    case .null: return nil
                    case .integer(let value): return "\(value)"
                    case .real(let value): return "\(value)"
                    case .text(let value): return value
                    }
                })
        }
        if hasReal {
            return .double(
                cells.map {
                    switch $0 {
                    case .integer(let value): return Double(value)
                    case .real(let value): return value
                    default: return nil
                    }
                })
        }
        return .int64(
            cells.map {
                if case .integer(let value) = $0 { return value }
                return nil
            })
    }
}
