/// Counts in equal bins.
package struct HistogramPlot {
    package let title: String
    /// What is counted by its value, with its unit if it has one.
    package let quantity: String
    package let low: Double
    package let high: Double
    package let counts: [Int]

    private static let width = 500.0
    private static let height = 230.0

    package init(title: String, quantity: String, low: Double, high: Double, counts: [Int]) {
        self.title = title
        self.quantity = quantity
        self.low = low
        self.high = high
        self.counts = counts
    }

    package func svg() -> String {
        var canvas = PlotCanvas(width: Self.width, height: Self.height)
        let left = 74.0, right = Self.width - 20, top = 12.0, bottom = Self.height - 50
        let vertical = PlotAxis(from: 0, to: Double(max(counts.max() ?? 0, 1)), count: 4)
        for tick in vertical.ticks where tick == tick.rounded() {
            let y = vertical.position(tick, from: bottom, to: top)
            canvas.line(left, y, right, y)
            canvas.text(PlotUnit.number(tick), left - 8, y + 4, anchor: .end, fill: PlotCanvas.faint, size: 11)
        }
        let power = Self.power(of: max(abs(low), abs(high)))
        let horizontal = PlotAxis(from: low / power.factor, to: high / power.factor, count: 6, isOpen: false)
        for tick in horizontal.ticks {
            let x = horizontal.position(tick, from: left, to: right)
            canvas.line(x, bottom, x, bottom + 5, stroke: PlotCanvas.faint)
            canvas.text(PlotUnit.number(tick), x, bottom + 19, anchor: .middle, fill: PlotCanvas.faint, size: 11)
        }
        let bar = (right - left) / Double(max(counts.count, 1))
        let size = (high - low) / Double(max(counts.count, 1))
        for (index, count) in counts.enumerated() where count > 0 {
            let y = vertical.position(Double(count), from: bottom, to: top)
            let from = low + size * Double(index)
            canvas.rect(
                left + bar * Double(index) + 0.5, min(y, bottom - 1), bar - 1, max(bottom - y, 1),
                fill: PlotCanvas.series[1],
                detail: "\(count) from \(PlotUnit.number(from)) to \(PlotUnit.number(from + size))")
        }
        canvas.line(left, bottom, right, bottom, stroke: PlotCanvas.faint)
        canvas.text(
            quantity + power.name, (left + right) / 2, Self.height - 8, anchor: .middle, fill: PlotCanvas.faint)
        canvas.text("count", 18, (top + bottom) / 2, anchor: .middle, fill: PlotCanvas.faint, isUpright: true)
        return canvas.svg(title: title)
    }

    /// A power of ten that makes `value` a number with one to three digits before the point.
    private static func power(of value: Double) -> (factor: Double, name: String) {
        guard value > 0, value < 0.1 || value >= 1e4 else { return (1, "") }
        var exponent = 0, rest = value
        while rest < 1 {
            rest *= 1000
            exponent -= 3
        }
        while rest >= 1000 {
            rest /= 1000
            exponent += 3
        }
        return (value / rest, ", in 10\(superscript(exponent))")
    }

    private static func superscript(_ number: Int) -> String {
        let digits: [Character: String] = [
            "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸",
            "9": "⁹",
        ]
        return String(number).map { digits[$0] ?? "" }.joined()
    }
}
