import SlipwayInspect

/// Horizontal bars, one or two a row: what was, and what is.
package struct BarPlot {
    package struct Row {
        package let label: String
        /// One number a series.
        package let values: [Double]
        package var detail = ""

        package init(label: String, values: [Double], detail: String = "") {
            self.label = label
            self.values = values
            self.detail = detail
        }
    }

    package let title: String
    /// What the bars measure; the axis adds the unit.
    package let quantity: String
    package let unit: PlotUnit
    /// Names of the series, shown where there are two.
    package let series: [String]
    package let rows: [Row]

    private static let widestLabel = 230.0
    private static let width = 760.0

    package init(title: String, quantity: String, unit: PlotUnit, series: [String], rows: [Row]) {
        self.title = title
        self.quantity = quantity
        self.unit = unit
        self.series = series
        self.rows = rows
    }

    package func svg() -> String {
        let isPair = series.count > 1
        let bar = isPair ? 11.0 : 15.0, gap = 9.0
        let band = bar * Double(series.count) + gap
        let labels = rows.map { TextWidth.shortened($0.label, to: Self.widestLabel, size: PlotCanvas.textSize) }
        let left = (labels.map { TextWidth.of($0, size: PlotCanvas.textSize) }.max() ?? 0) + 14
        let top = isPair ? 30.0 : 6.0, bottom = top + band * Double(rows.count)
        var canvas = PlotCanvas(width: Self.width, height: bottom + 44)
        let largest = rows.flatMap(\.values).max() ?? 0
        let scale = unit.scale(for: largest)
        let axis = PlotAxis(from: 0, to: largest / scale.factor)
        // Room for the number behind the longest bar.
        let right = Self.width - 86
        for tick in axis.ticks {
            let x = axis.position(tick, from: left, to: right)
            canvas.line(x, top, x, bottom)
            canvas.text(PlotUnit.number(tick), x, bottom + 16, anchor: .middle, fill: PlotCanvas.faint, size: 11)
        }
        let name = scale.name.isEmpty ? quantity : "\(quantity), \(scale.name)"
        canvas.text(name, (left + right) / 2, bottom + 36, anchor: .middle, fill: PlotCanvas.faint)
        if isPair { legend(&canvas, left: left) }
        for (index, row) in rows.enumerated() {
            let y = top + band * Double(index) + gap / 2
            canvas.text(
                labels[index], left - 8, y + bar * Double(series.count) / 2 + 4, anchor: .end)
            for (place, value) in row.values.enumerated() {
                let end = axis.position(value / scale.factor, from: left, to: right)
                let text = unit.text(value)
                canvas.rect(
                    left, y + bar * Double(place), max(end - left, value > 0 ? 1 : 0), bar - 1,
                    fill: color(place), detail: "\(row.label), \(series[place]): \(text)\(row.detail)")
                canvas.text(text, max(end, left) + 6, y + bar * Double(place) + bar / 2 + 3.5, size: 10.5)
            }
        }
        canvas.line(left, top, left, bottom, stroke: PlotCanvas.faint)
        return canvas.svg(title: title)
    }

    private func color(_ place: Int) -> String {
        PlotCanvas.series[series.count == 1 ? 1 : min(place, PlotCanvas.series.count - 1)]
    }

    private func legend(_ canvas: inout PlotCanvas, left: Double) {
        var x = left
        for (place, name) in series.enumerated() {
            canvas.rect(x, 4, 12, 12, fill: color(place))
            canvas.text(name, x + 18, 14)
            x += 18 + TextWidth.of(name, size: PlotCanvas.textSize) + 24
        }
    }
}
