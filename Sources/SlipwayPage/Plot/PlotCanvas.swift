import SlipwayInspect

/// Shapes of one plot, written down as SVG that scales to the width it is given.
package struct PlotCanvas {
    package enum Anchor: String { case start, middle, end }

    package let width: Double
    package let height: Double
    private var shapes: [String] = []

    package static let textSize = 12.0
    package static let ink = SlipwayInspect.SVGPalette.text
    package static let faint = SlipwayInspect.SVGPalette.faint
    package static let grid = "#dde3e9"
    /// Two series: what was, and what is.
    package static let series = ["#a9bccd", "#1d6fb8"]

    package init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    package mutating func rect(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, fill: String, detail: String = ""
    ) {
        let title = detail.isEmpty ? "/>" : "><title>\(SVGText.escape(detail))</title></rect>"
        shapes.append(
            "<rect x=\"\(n(x))\" y=\"\(n(y))\" width=\"\(n(max(width, 0)))\" height=\"\(n(max(height, 0)))\" "
                + "fill=\"\(fill)\"\(title)")
    }

    package mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, stroke: String = PlotCanvas.grid)
    {
        shapes.append("<path d=\"M\(n(x1)) \(n(y1))L\(n(x2)) \(n(y2))\" stroke=\"\(stroke)\" fill=\"none\"/>")
    }

    package mutating func curve(_ points: [(x: Double, y: Double)], stroke: String) {
        let path = points.map { "\(n($0.x)) \(n($0.y))" }.joined(separator: "L")
        guard !points.isEmpty else { return }
        shapes.append("<path d=\"M\(path)\" stroke=\"\(stroke)\" stroke-width=\"2\" fill=\"none\"/>")
    }

    package mutating func dot(_ x: Double, _ y: Double, fill: String, detail: String) {
        shapes.append(
            "<circle cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"4\" fill=\"\(fill)\"><title>\(SVGText.escape(detail))</title></circle>"
        )
    }

    package mutating func text(
        _ text: String, _ x: Double, _ y: Double, anchor: Anchor = .start, fill: String = PlotCanvas.ink,
        size: Double = PlotCanvas.textSize, isBold: Bool = false, isUpright: Bool = false,
        isOnLines: Bool = false
    ) {
        // A rim of the paper's colour keeps text apart from lines behind it.
        let rim = isOnLines ? " paint-order=\"stroke\" stroke=\"#fff\" stroke-width=\"4\"" : ""
        let turn = isUpright ? " transform=\"rotate(-90 \(n(x)) \(n(y)))\"" : ""
        shapes.append(
            "<text x=\"\(n(x))\" y=\"\(n(y))\" font-size=\"\(n(size))\" text-anchor=\"\(anchor.rawValue)\" "
                + "fill=\"\(fill)\"\(isBold ? " font-weight=\"600\"" : "")\(turn)\(rim)>\(SVGText.escape(text))</text>")
    }

    /// - Parameter title: what the plot shows, for those who cannot see it.
    package func svg(title: String) -> String {
        let size = "\(n(width)) \(n(height))"
        return
            "<svg class=\"plot\" role=\"img\" viewBox=\"0 0 \(size)\" width=\"\(n(width))\" height=\"\(n(height))\" "
            + "aria-label=\"\(SVGText.escape(title))\">\n\(shapes.joined(separator: "\n"))\n</svg>"
    }

    private func n(_ value: Double) -> String { SVGText.number(value) }
}
