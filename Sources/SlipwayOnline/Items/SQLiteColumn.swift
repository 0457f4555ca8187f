import CSlipwaySystem
import SlipwayCore

/// Cells of one column, whose types SQLite decides row by row.
struct SQLiteColumn {
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
