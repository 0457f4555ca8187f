/// Drawings as one self-contained SVG: no style sheet, script or font of its own, so that it can stand in a page as well.
public enum ModelSVG {
    private static let margin = 28.0
    private static let gap = 56.0
    private static let fonts = "Inter, 'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', Verdana, sans-serif"

    /// The parts of a model side by side or one under the other, whichever is nearer to a page's shape, and a legend.
    public static func text(of drawings: [ModelDrawing]) -> String {
        let placed = drawings.map(PlacedDrawing.init)
        let places = arrange(placed)
        let legend = SVGLegend(
            kinds: ModelDrawing.Kind.allCases.filter { kind in
                drawings.contains { $0.boxes.contains { $0.kind == kind } }
            })
        let content = zip(placed, places).reduce((width: 0.0, height: 0.0)) { size, entry in
            (max(size.width, entry.1.x + entry.0.width), max(size.height, entry.1.y + entry.0.height))
        }
        let width = max(content.width, legend.width) + 2 * margin
        let height = content.height + 30 + SVGLegend.height + 2 * margin
        let w = SVGText.number(width.rounded(.up)), h = SVGText.number(height.rounded(.up))
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(w)\" height=\"\(h)\" viewBox=\"0 0 \(w) \(h)\" "
                + "font-family=\"\(SVGText.escape(fonts))\" fill=\"\(SVGPalette.text)\">",
            "<rect width=\"\(w)\" height=\"\(h)\" fill=\"\(SVGPalette.background)\"/>",
        ]
        for (drawing, place) in zip(placed, places) {
            let writer = SVGWriter(drawing)
            // A drawing narrower than the page stands in its middle.
            let aside = drawings.count == 1 ? ((width - 2 * margin - drawing.width) / 2).rounded() : 0
            lines.append(open(x: margin + place.x + aside, y: margin + place.y))
            lines += writer.lines()
            lines.append("</g>")
        }
        lines.append(open(x: margin, y: height - margin - SVGLegend.height))
        lines += legend.lines() + ["</g>", "</svg>"]
        return lines.joined(separator: "\n") + "\n"
    }

    private static func open(x: Double, y: Double) -> String {
        "<g transform=\"translate(\(SVGText.number(x)) \(SVGText.number(y)))\">"
    }

    private static func arrange(_ drawings: [PlacedDrawing]) -> [LayeredLayout.Point] {
        let across = drawings.reduce(-gap) { $0 + $1.width + gap }
        let highest = drawings.map(\.height).max() ?? 0
        let down = drawings.reduce(-gap) { $0 + $1.height + gap }
        let widest = drawings.map(\.width).max() ?? 0
        func strangeness(_ width: Double, _ height: Double) -> Double {
            let ratio = max(width, 1) / max(height, 1) / 1.4
            return max(ratio, 1 / ratio)
        }
        let isAcross = strangeness(across, highest) <= strangeness(widest, down)
        var offset = 0.0
        return drawings.map { drawing in
            defer { offset += (isAcross ? drawing.width : drawing.height) + gap }
            return isAcross ? .init(x: offset, y: 0) : .init(x: 0, y: offset)
        }
    }
}
