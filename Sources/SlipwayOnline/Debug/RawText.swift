import SlipwayCore

/// The columns a request was answered from, as text: `name:value | name:value`, a text a row.
enum RawText {
    static func rows(of batch: ColumnBatch) -> [String] {
        (0..<batch.rowCount).map { row in
            zip(batch.names, batch.columns).compactMap { name, column in
                guard column.count > 0 else { return nil }
                return "\(name):\(cell(column, column.count == 1 ? 0 : row))"
            }.joined(separator: " | ")
        }
    }

    static func cell(_ column: Column, _ row: Int) -> String {
        guard row < column.count, !column.isNull(row) else { return "" }
        switch column.type {
        case .list(.list):
            return column.range(row).map { cell(column.children[0], $0) }.joined(separator: ";")
        case .list:
            return column.range(row).map { cell(column.children[0], $0) }.joined(separator: ",")
        case .map:
            return column.range(row).map { "\(cell(column.children[0], $0)):\(cell(column.children[1], $0))" }
                .joined(separator: ",")
        default: return RowGather.text(column, row) ?? ""
        }
    }
}
