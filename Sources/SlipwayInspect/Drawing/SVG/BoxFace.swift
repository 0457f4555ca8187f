/// The lines of a box, measured: what stands where inside it.
struct BoxFace {
    struct Text {
        let text: String
        let x: Double
        let y: Double
        var size = BoxFace.size
        var isBold = false
        var isFaint = false
        /// Ends at `x` instead of beginning there.
        var isRight = false
        /// Stands around `x`.
        var isCentered = false
    }

    /// A row of cells with the rectangle that hovering reacts to.
    struct Row {
        let x: Double
        let y: Double
        let width: Double
        let texts: [Text]
        let detail: String
    }

    private(set) var width: Double
    private(set) var height = 0.0
    private(set) var texts: [Text] = []
    private(set) var rows: [Row] = []

    static let size = 11.0
    static let titleSize = 12.5
    static let rowHeight = 16.0
    private static let margin = 12.0
    private static let columnGap = 14.0
    private static let widest = 400.0
    private static let narrowest = 92.0

    init(_ box: ModelDrawing.Box, portSpan: Double) {
        func fit(_ text: String, _ size: Double, _ isBold: Bool) -> String {
            TextWidth.shortened(VisibleText.line(text), to: Self.widest, size: size, isBold: isBold)
        }
        let title = fit(box.title, Self.titleSize, true)
        let lines = box.lines.map { fit($0, Self.size, false) }
        let textWidth =
            ([TextWidth.of(title, size: Self.titleSize, isBold: true)]
            + lines.map { TextWidth.of($0, size: Self.size) }).max() ?? 0
        let table = Table(box.rows)
        width = max(max(textWidth, table.width, portSpan) + 2 * Self.margin, Self.narrowest).rounded(.up)
        // An even width has its middle on a whole point.
        width += width.truncatingRemainder(dividingBy: 2)
        let middle = width / 2
        var y = 21.0
        texts.append(Text(text: title, x: middle, y: y, size: Self.titleSize, isBold: true, isCentered: true))
        for line in lines {
            y += Self.rowHeight
            texts.append(Text(text: line, x: middle, y: y, isFaint: true, isCentered: true))
        }
        if !box.rows.isEmpty {
            let left = middle - table.width / 2
            rows = table.rows(x: left, y: y + 8)
            y += 8 + Double(table.perColumn) * Self.rowHeight - 2
        }
        height = y + 11
    }

    /// Rows in as many columns as make the table about twice as wide as high.
    private struct Table {
        let perColumn: Int
        let width: Double
        private let columns: Int
        private let cells: [[String]]
        private let details: [String]
        private let cellWidths: [Double]
        private let columnWidth: Double

        init(_ rows: [ModelDrawing.Row]) {
            columns = max(1, Int((Double(rows.count) / 10).squareRoot().rounded()))
            perColumn = (rows.count + columns - 1) / columns
            let cells = rows.map { row in
                row.cells.map { TextWidth.shortened(VisibleText.line($0), to: 250, size: BoxFace.size) }
            }
            self.cells = cells
            details = rows.map(\.detail)
            let count = cells.map(\.count).max() ?? 0
            let measured = cells.map { row in row.map { TextWidth.of($0, size: BoxFace.size) } }
            cellWidths = (0..<count).map { cell in measured.map { cell < $0.count ? $0[cell] : 0 }.max() ?? 0 }
            columnWidth = cellWidths.reduce(0, +) + BoxFace.columnGap * Double(max(count - 1, 0))
            width = rows.isEmpty ? 0 : columnWidth * Double(columns) + 2 * BoxFace.columnGap * Double(columns - 1)
        }

        /// The first cell begins at the left, the others end where their column does.
        func rows(x: Double, y: Double) -> [Row] {
            cells.indices.map { index in
                let left = x + Double(index / perColumn) * (columnWidth + 2 * BoxFace.columnGap)
                let top = y + Double(index % perColumn) * BoxFace.rowHeight
                var right = left - BoxFace.columnGap
                let texts = cells[index].enumerated().map { cell, text in
                    right += BoxFace.columnGap + cellWidths[cell]
                    return Text(
                        text: text, x: cell == 0 ? left : right, y: top + 12, isFaint: cell > 0, isRight: cell > 0)
                }
                return Row(x: left, y: top, width: columnWidth, texts: texts, detail: details[index])
            }
        }
    }
}
