import Foundation
import SlipwayCore
import SlipwayData

/// Files that stand beside the tests.
enum Fixture {
    static func path(_ name: String) -> String {
        Bundle.module.bundleURL.appendingPathComponent("Fixtures/\(name)").path
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path(name))))
    }
}

/// One row as text: numbers as Swift prints them, strings quoted, `null`, lists in brackets, maps in braces.
func cell(_ column: Column, _ row: Int) -> String {
    if column.isNull(row) { return "null" }
    switch column.type {
    case .int32: return "\(column.elements(as: Int32.self)[row])"
    case .int64: return "\(column.elements(as: Int64.self)[row])"
    case .float: return "\(column.elements(as: Float.self)[row])"
    case .double: return "\(column.elements(as: Double.self)[row])"
    case .bool: return column.elements(as: UInt8.self)[row] == 1 ? "true" : "false"
    case .string: return "\"\(String(decoding: column.bytes(row), as: UTF8.self))\""
    case .list:
        return "[" + column.range(row).map { cell(column.children[0], $0) }.joined(separator: ", ") + "]"
    case .map:
        return "{"
            + column.range(row).map { "\(cell(column.children[0], $0)): \(cell(column.children[1], $0))" }
            .joined(separator: ", ") + "}"
    }
}

func cells(_ column: Column) -> [String] {
    (0..<column.count).map { cell(column, $0) }
}

/// All rows of a reader: `type`, then every row as text, for each column.
func readAll(_ reader: RowReader) throws -> [String: [String]] {
    var rows = Dictionary(uniqueKeysWithValues: reader.schema.fields.map { ($0.name, ["\($0.type)"]) })
    while let batch = try reader.next() {
        for (name, column) in zip(batch.names, batch.columns) { rows[name]?.append(contentsOf: cells(column)) }
    }
    return rows
}
