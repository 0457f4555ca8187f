import Foundation
import SlipwayCore
import SlipwayData
import SlipwayFeatureEngine

/// The bundled example's rows twice: encoded, and as raw values whose feature generation gives those ids.
///
/// Where feature generation cannot give what the encoded rows say, both are changed alike: an empty sequence is one step of
/// the default.
struct RawExample {
    let encoded: ColumnBatch
    let raw: ColumnBatch

    init(path: String) throws {
        let reader = try RowReader(paths: path, batchSize: 4096)
        guard let rows = try reader.next() else { throw SlipwayError(.notFound, "no rows in \(path)") }
        var encoded: [(name: String, column: Column)] = []
        var raw: [(name: String, column: Column)] = []
        for (name, column) in zip(rows.names, rows.columns) {
            let (twin, value) = Self.decode(name, column)
            encoded.append((name, twin))
            raw.append((name, value))
        }
        self.encoded = ColumnBatch(rowCount: rows.rowCount, columns: encoded)
        self.raw = ColumnBatch(rowCount: rows.rowCount, columns: raw)
    }

    /// The column to score encoded, and its raw twin.
    private static func decode(_ name: String, _ column: Column) -> (encoded: Column, raw: Column) {
        let cells = texts(column)
        switch name {
        case "gender":
            let words = ["", "nobody", "m", "f"]
            return (column, list(cells.map { $0.map { $0.map { words[Int($0) ?? 1] } } }))
        case "age_bkt": return (column, .double(column.elements(as: Int64.self).map { [10, 18, 30, 59, 60][Int($0)] }))
        case "tags":
            return (column, .string(cells.map { $0.map { $0.map { word($0, 45) }.joined(separator: "\u{1d}") } }))
        case "cate_id": return (column, list(cells.map { $0.map { $0.map { word($0, 73) } } }))
        case "skills", "profile": return (column, .string(cells.map { $0?.joined(separator: "\u{1d}") }))
        case "user_id", "age": return (column, .string(cells.map { $0?.first }))
        case "interest": return (column, .string(pairs(column)))
        case "click_seq__cate_id":
            let filled = cells.map { stepped($0, default: String(bucket("0", 73))) }
            let words = filled.map { steps in steps.map { word($0, 73) }.joined(separator: ";") }
            return (ints(filled), .string(zip(words, cells).map { $1?.isEmpty ?? true ? "" : $0 }))
        case "buy_seq__cate_id":
            let filled = cells.map { stepped($0, default: String(bucket("0", 73))) }
            return (
                ints(filled), list(zip(filled, cells).map { $1?.isEmpty ?? true ? nil : $0.map { word($0, 73) } })
            )
        case "click_seq__item_id", "click_seq__price": return (refilled(cells, like: column), column)
        case "buy_seq__item_id", "buy_seq__price": return (refilled(cells, like: column), column)
        default: return (column, column)
        }
    }

    /// A word that the default hash puts into bucket `id`.
    private static func word(_ id: String, _ buckets: UInt64) -> String {
        (0...).lazy.map { "w\($0)" }.first { String(bucket($0, buckets)) == id } ?? ""
    }

    private static func bucket(_ word: String, _ buckets: UInt64) -> UInt64 {
        var word = word
        return word.withUTF8 { HashFunction.murmur.hash($0) } % buckets
    }

    private static func stepped(_ steps: [String]?, default value: String) -> [String] {
        steps.flatMap { $0.isEmpty ? nil : $0 } ?? [value]
    }

    private static func ints(_ cells: [[String]]) -> Column {
        .list(lengths: cells.map(\.count), child: .int64(cells.flatMap { $0 }.map { Int64($0) }))
    }

    private static func list(_ cells: [[String]?]) -> Column {
        .list(lengths: cells.map { $0?.count }, child: .string(cells.compactMap { $0 }.flatMap { $0 }))
    }

    private static func refilled(_ cells: [[String]?], like column: Column) -> Column {
        let cells = cells.map { stepped($0, default: "0") }
        switch column.type {
        case .string: return .string(cells.map { $0.joined(separator: ";") })
        case .list(.float):
            return .list(lengths: cells.map(\.count), child: .float(cells.flatMap { $0 }.map { Float($0) }))
        default: return ints(cells)
        }
    }

    /// The values of each cell as text; a text's values are between separators of encoded rows or of steps.
    private static func texts(_ column: Column) -> [[String]?] {
        (0..<column.count).map { row in
            if column.isNull(row) { return nil }
            switch column.type {
            case .list: return column.range(row).map { scalar(column.children[0], $0) }
            case .map: return []
            case .string:
                let text = String(decoding: column.bytes(row), as: UTF8.self)
                return text.split { $0 == "\u{3}" || $0 == ";" }.map { String($0) }
            default: return [scalar(column, row)]
            }
        }
    }

    private static func scalar(_ column: Column, _ row: Int) -> String {
        switch column.type {
        case .int64: return String(column.elements(as: Int64.self)[row])
        case .float: return column.elements(as: Float.self)[row].description
        case .double: return column.elements(as: Double.self)[row].description
        default: return String(decoding: column.bytes(row), as: UTF8.self)
        }
    }

    private static func pairs(_ column: Column) -> [String?] {
        (0..<column.count).map { row in
            column.range(row).map { index in
                "\(scalar(column.children[0], index)):\(scalar(column.children[1], index))"
            }.joined(separator: "\u{1d}")
        }
    }

    /// Writes rows as a Parquet file in `folder`.
    static func write(_ rows: ColumnBatch, to folder: String) throws {
        let schema = RowSchema(zip(rows.names, rows.columns).map { .init($0, $1.type) })
        let writer = try RowWriter(directory: folder, format: .parquet, schema: schema, overwrite: true)
        try writer.append(rows)
        try writer.finish()
    }
}
