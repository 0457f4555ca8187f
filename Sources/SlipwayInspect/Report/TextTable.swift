/// Rows in aligned columns. Lines stay within `width` by wrapping the last column; names are never cut.
package struct TextTable {
    package struct Column {
        let title: String
        var isNumber = false

        package static func text(_ title: String) -> Column { Column(title: title) }
        /// Aligned to the right.
        package static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
    }

    static let width = 120
    private static let gap = "  "
    /// The last column is never squeezed below this.
    private static let narrowest = 24

    let columns: [Column]
    private(set) var rows: [[String]] = []

    package init(_ columns: [Column]) { self.columns = columns }

    /// Two columns without a header: names and what is to be said of them.
    package init(pairs: [(name: String, value: String)]) {
        self.init([.text(""), .text("")])
        for pair in pairs { add([pair.name, pair.value]) }
    }

    /// Adds a row of as many cells as there are columns.
    package mutating func add(_ cells: [String]) {
        let known = cells.prefix(columns.count).map(VisibleText.line)
        rows.append(known + Array(repeating: "", count: columns.count - known.count))
    }

    /// The lines, each beginning with `indent`; a header line first unless every title is empty.
    package func text(indent: String = "") -> String {
        let titles = columns.map(\.title)
        let lines = (titles.allSatisfy(\.isEmpty) ? [] : [titles]) + rows
        let widths = columns.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.flatMap { render($0, widths, indent) }.joined(separator: "\n")
    }

    private func render(_ cells: [String], _ widths: [Int], _ indent: String) -> [String] {
        var head = indent
        for column in columns.indices.dropLast() {
            let padding = String(repeating: " ", count: widths[column] - cells[column].count)
            head += (columns[column].isNumber ? padding + cells[column] : cells[column] + padding) + Self.gap
        }
        guard let last = columns.indices.last else { return [] }
        if columns[last].isNumber {
            return [head + String(repeating: " ", count: widths[last] - cells[last].count) + cells[last]]
        }
        let pieces = Self.wrap(cells[last], to: max(Self.narrowest, Self.width - head.count))
        let margin = String(repeating: " ", count: head.count)
        return pieces.enumerated().map { index, piece in Self.trimmed((index == 0 ? head : margin) + piece) }
    }

    /// `text` in lines of at most `width` characters where blanks allow.
    private static func wrap(_ text: String, to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = String(word)
            } else {
                line += line.isEmpty ? String(word) : " \(word)"
            }
        }
        return lines + [line]
    }

    private static func trimmed(_ line: String) -> String {
        String(line.reversed().drop { $0 == " " }.reversed())
    }
}
