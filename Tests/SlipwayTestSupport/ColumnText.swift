package import SlipwayCore

/// One row of a column as text: numbers as Swift prints them, strings quoted, `null`, lists in brackets, maps in braces.
package func cell(_ column: Column, _ row: Int) -> String {
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

/// All rows of a column, each as text.
package func cells(_ column: Column) -> [String] {
    (0..<column.count).map { cell(column, $0) }
}
