import SlipwayInspect

/// A table of a page; a click on a heading sorts by that column.
package struct HTMLTable {
    package struct Column {
        package let title: String
        package var isNumber = false

        package static func text(_ title: String) -> Column { Column(title: title) }
        package static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
    }

    package struct Cell {
        package let text: String
        /// What the cell is sorted by, where that is not its text.
        package var key: Double?
        package var detail = ""

        package static func text(_ text: String, detail: String = "") -> Cell { Cell(text: text, detail: detail) }
        package static func number(_ value: Double, _ text: String) -> Cell { Cell(text: text, key: value) }
        package static func bytes(_ value: Int) -> Cell { Cell(text: Quantity.bytes(value), key: Double(value)) }
        package static func count(_ value: Int) -> Cell { Cell(text: Quantity.count(value), key: Double(value)) }
    }

    package let columns: [Column]
    package var rows: [[Cell]] = []
    /// A last row that stays where it is.
    package var total: [Cell]?

    package init(_ columns: [Column]) { self.columns = columns }

    package func html() -> String {
        let head = columns.map { column in
            "<th scope=\"col\"\(column.isNumber ? " class=\"n\"" : "")><button type=\"button\">"
                + "\(SVGText.escape(column.title))</button></th>"
        }.joined()
        let body = rows.map { "<tr>\(line($0))</tr>" }.joined(separator: "\n")
        let foot = total.map { "<tfoot><tr>\(line($0))</tr></tfoot>" } ?? ""
        return
            "<div class=\"scroll\"><table><thead><tr>\(head)</tr></thead><tbody>\n\(body)\n</tbody>\(foot)</table></div>"
    }

    private func line(_ cells: [Cell]) -> String {
        zip(columns, cells).map { column, cell in
            let key = cell.key.map { " data-key=\"\($0)\"" } ?? ""
            let detail = cell.detail.isEmpty ? "" : " title=\"\(SVGText.escape(cell.detail))\""
            return "<td\(column.isNumber ? " class=\"n\"" : "")\(key)\(detail)>\(SVGText.escape(cell.text))</td>"
        }.joined()
    }
}
