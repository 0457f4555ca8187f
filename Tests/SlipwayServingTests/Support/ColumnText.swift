import SlipwayCore

/// A column's rows as text: `null`, scalars, `[a, b]`, `{k: v}`.
func describe(_ column: Column) -> [String] { (0..<column.count).map { describe(column, $0) } }

private func describe(_ column: Column, _ row: Int) -> String {
    if column.isNull(row) { return "null" }
    switch column.type {
    case .int32: return "\(column.elements(as: Int32.self)[row])"
    case .int64: return "\(column.elements(as: Int64.self)[row])"
    case .float: return "\(column.elements(as: Float.self)[row])"
    case .double: return "\(column.elements(as: Double.self)[row])"
    case .bool: return "\(column.elements(as: UInt8.self)[row])"
    case .string: return "\"\(String(decoding: column.bytes(row), as: UTF8.self))\""
    case .list: return "[\(column.range(row).map { describe(column.children[0], $0) }.joined(separator: ", "))]"
    case .map:
        let pairs = column.range(row).map { "\(describe(column.children[0], $0)): \(describe(column.children[1], $0))" }
        return "{\(pairs.joined(separator: ", "))}"
    }
}
