import Foundation
import SlipwayInspect

/// Several lines over one axis of numbers.
package struct CurvePlot {
    package struct Series {
        package let name: String
        package let points: [(x: Double, y: Double)]

        package init(name: String, points: [(x: Double, y: Double)]) {
            self.name = name
            self.points = points.filter { $0.x.isFinite && $0.y.isFinite }
        }
    }

    package let title: String
    package let horizontal: String
    package let vertical: String
    /// What the vertical numbers are told in.
    package let unit: PlotUnit
    package let series: [Series]
    /// Places and texts of the horizontal axis; round numbers when empty.
    package var marks: [(x: Double, text: String)] = []
    /// A level that the lines are held against, with its name.
    package var level: (y: Double, name: String)?
    /// Whether the vertical axis goes in powers of ten.
    package var isLogarithmic = false

    private static let width = 760.0
    private static let height = 300.0
    private static let colors = ["#1d6fb8", "#c2571a", "#3d8a4e", "#7a4fb0", "#8a6d1f"]

    package init(
        title: String, horizontal: String, vertical: String, unit: PlotUnit, series: [Series],
        marks: [(x: Double, text: String)] = [], level: (y: Double, name: String)? = nil, isLogarithmic: Bool = false
    ) {
        self.title = title
        self.horizontal = horizontal
        self.vertical = vertical
        self.unit = unit
        self.series = series
        self.marks = marks
        self.level = level
        self.isLogarithmic = isLogarithmic
    }

    package func svg() -> String {
        var canvas = PlotCanvas(width: Self.width, height: Self.height)
        let left = 70.0, right = Self.width - 16, top = 34.0, bottom = Self.height - 50
        let values = series.flatMap { $0.points.map(\.y) } + (level.map { [$0.y] } ?? [])
        let scale = unit.scale(for: values.max() ?? 0)
        let axis = verticalAxis(values.map { $0 / scale.factor })
        for tick in axis.ticks {
            let y = axis.position(tick, from: bottom, to: top)
            canvas.line(left, y, right, y)
            let text = PlotUnit.number(isLogarithmic ? pow(10, tick) : tick)
            canvas.text(text, left - 8, y + 4, anchor: .end, fill: PlotCanvas.faint, size: 11)
        }
        let xs = series.flatMap { $0.points.map(\.x) } + marks.map(\.x)
        let across = PlotAxis(from: xs.min() ?? 0, to: xs.max() ?? 1, count: 8, isOpen: false)
        let places = marks.isEmpty ? across.ticks.map { ($0, PlotUnit.number($0)) } : marks.map { ($0.x, $0.text) }
        for (value, text) in places {
            let x = across.position(value, from: left, to: right)
            canvas.line(x, bottom, x, bottom + 5, stroke: PlotCanvas.faint)
            canvas.text(text, x, bottom + 19, anchor: anchor(x, left, right), fill: PlotCanvas.faint, size: 11)
        }
        canvas.line(left, bottom, right, bottom, stroke: PlotCanvas.faint)
        func rise(_ value: Double) -> Double {
            axis.position(place(value / scale.factor, lowest: axis.low), from: bottom, to: top)
        }
        if let level {
            canvas.line(left, rise(level.y), right, rise(level.y), stroke: "#b3261e")
            canvas.text(
                level.name, right - 4, rise(level.y) - 5, anchor: .end, fill: "#b3261e", size: 11, isOnLines: true)
        }
        for (index, line) in series.enumerated() {
            let points = line.points.map { (x: across.position($0.x, from: left, to: right), y: rise($0.y)) }
            let color = Self.colors[index % Self.colors.count]
            canvas.curve(points, stroke: color)
            // A line of one point would not be seen.
            if points.count == 1 {
                canvas.dot(points[0].x, points[0].y, fill: color, detail: unit.text(line.points[0].y))
            }
        }
        legend(&canvas, left: left)
        canvas.text(horizontal, (left + right) / 2, Self.height - 8, anchor: .middle, fill: PlotCanvas.faint)
        canvas.text(
            scale.name.isEmpty ? vertical : "\(vertical), \(scale.name)", 14, (top + bottom) / 2, anchor: .middle,
            fill: PlotCanvas.faint, isUpright: true)
        return canvas.svg(title: title)
    }

    private func verticalAxis(_ values: [Double]) -> PlotAxis {
        guard isLogarithmic else { return PlotAxis(from: 0, to: max(values.max() ?? 0, 1e-12), count: 5) }
        let positive = values.filter { $0 > 0 }
        let low = floor(log10(positive.min() ?? 1)), high = ceil(log10(positive.max() ?? 10))
        return PlotAxis(from: low, to: max(high, low + 1), count: Int(max(high - low, 1)))
    }

    private func place(_ value: Double, lowest: Double) -> Double {
        isLogarithmic ? (value > 0 ? max(log10(value), lowest) : lowest) : value
    }

    /// Texts at the ends stay within the plot.
    private func anchor(_ x: Double, _ left: Double, _ right: Double) -> PlotCanvas.Anchor {
        x > right - 12 ? .end : x < left + 4 ? .start : .middle
    }

    private func legend(_ canvas: inout PlotCanvas, left: Double) {
        guard series.count > 1 else { return }
        var x = left
        for (index, line) in series.enumerated() {
            canvas.rect(x, 8, 12, 12, fill: Self.colors[index % Self.colors.count])
            canvas.text(line.name, x + 18, 18)
            x += 18 + TextWidth.of(line.name, size: PlotCanvas.textSize) + 24
        }
    }
}
