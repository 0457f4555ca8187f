/// What fills and lines stand for, on one line under the drawing.
struct SVGLegend {
    static let height = 20.0
    private static let size = 11.0
    private static let gap = 24.0

    private struct Entry {
        let text: String
        let kind: ModelDrawing.Kind?
        var isUserSide = false
    }

    private let entries: [Entry]

    init(kinds: [ModelDrawing.Kind]) {
        entries =
            kinds.map { Entry(text: $0.legend, kind: $0) } + [
                Entry(text: "user side (U: a row a request)", kind: nil, isUserSide: true),
                Entry(text: "item side (B: a row a candidate)", kind: nil),
            ]
    }

    var width: Double { entries.reduce(-Self.gap) { $0 + Self.width($1) + Self.gap } }

    private static func width(_ entry: Entry) -> Double { 26 + TextWidth.of(entry.text, size: size) }

    func lines() -> [String] {
        var x = 0.0
        return entries.map { entry in
            defer { x += Self.width(entry) + Self.gap }
            let left = SVGText.number(x)
            let sample: String
            if let kind = entry.kind {
                sample =
                    "<rect x=\"\(left)\" y=\"3\" width=\"18\" height=\"13\" rx=\"3\" fill=\"\(SVGPalette.fill(kind))\" "
                    + "stroke=\"\(SVGPalette.stroke(kind))\"/>"
            } else {
                sample =
                    "<path d=\"M\(left) 9.5h18\" stroke-width=\"2\" "
                    + "stroke=\"\(SVGPalette.line(isUserSide: entry.isUserSide))\"/>"
            }
            return sample
                + SVGWriter.text(.init(text: entry.text, x: x + 25, y: 13.5, size: Self.size, isFaint: true))
        }
    }
}
