/// A line through points that stand at equal distances, in the order they come.
package struct LinePlot {
    package let title: String
    package let horizontal: String
    package let vertical: String
    package let unit: PlotUnit
    package let points: [(x: Double, y: Double)]

    private static let width = 430.0
    private static let height = 250.0

    package init(title: String, horizontal: String, vertical: String, unit: PlotUnit, points: [(x: Double, y: Double)])
    {
        self.title = title
        self.horizontal = horizontal
        self.vertical = vertical
        self.unit = unit
        self.points = points
    }

    package func svg() -> String {
        var canvas = PlotCanvas(width: Self.width, height: Self.height)
        let left = 62.0, right = Self.width - 10, top = 24.0, bottom = Self.height - 50
        let scale = unit.scale(for: points.map(\.y).max() ?? 0)
        let axis = PlotAxis(from: 0, to: max((points.map(\.y).max() ?? 0) / scale.factor, 1e-12), count: 4)
        for tick in axis.ticks {
            let y = axis.position(tick, from: bottom, to: top)
            canvas.line(left, y, right, y)
            canvas.text(PlotUnit.number(tick), left - 8, y + 4, anchor: .end, fill: PlotCanvas.faint, size: 11)
        }
        let step = (right - left) / Double(max(points.count, 1))
        let places = points.enumerated().map { index, point in
            (
                x: left + step * (Double(index) + 0.5),
                y: axis.position(point.y / scale.factor, from: bottom, to: top)
            )
        }
        for (point, place) in zip(points, places) {
            canvas.line(place.x, bottom, place.x, bottom + 5, stroke: PlotCanvas.faint)
            canvas.text(
                PlotUnit.number(point.x), place.x, bottom + 19, anchor: .middle, fill: PlotCanvas.faint, size: 11)
        }
        canvas.line(left, bottom, right, bottom, stroke: PlotCanvas.faint)
        canvas.curve(places, stroke: PlotCanvas.series[1])
        for (index, place) in places.enumerated() {
            let text = unit.text(points[index].y)
            canvas.dot(
                place.x, place.y, fill: PlotCanvas.series[1], detail: "\(PlotUnit.number(points[index].x)): \(text)")
            canvas.text(text, place.x, place.y - 9, anchor: .middle, size: 10.5, isOnLines: true)
        }
        canvas.text(horizontal, (left + right) / 2, Self.height - 8, anchor: .middle, fill: PlotCanvas.faint)
        canvas.text(
            scale.name.isEmpty ? vertical : "\(vertical), \(scale.name)", 14, (top + bottom) / 2, anchor: .middle,
            fill: PlotCanvas.faint, isUpright: true)
        return canvas.svg(title: title)
    }
}
