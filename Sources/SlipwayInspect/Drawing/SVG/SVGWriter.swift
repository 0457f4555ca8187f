/// Writes one placed drawing: heading, lines, boxes, then the labels on top.
struct SVGWriter {
    private let placed: PlacedDrawing

    init(_ placed: PlacedDrawing) { self.placed = placed }

    func lines() -> [String] {
        var lines = [
            Self.text(.init(text: VisibleText.line(placed.drawing.title), x: 0, y: 16, size: 17, isBold: true)),
            Self.text(
                .init(text: VisibleText.line(placed.drawing.subtitle), x: 0, y: 35, size: 11.5, isFaint: true)),
            "<g transform=\"translate(0 \(SVGText.number(PlacedDrawing.headHeight)))\">",
            "<g fill=\"none\" stroke-width=\"1.4\">",
        ]
        lines += placed.layout.routes.map(route)
        lines.append("</g>")
        lines += placed.drawing.boxes.indices.map(box)
        lines += placed.labels.map(label)
        return lines + ["</g>"]
    }

    private func route(_ route: LayeredLayout.Route) -> String {
        let flow = placed.drawing.flows[route.flow]
        let color = SVGPalette.line(isUserSide: flow.isUserSide)
        func at(_ x: Double, _ y: Double) -> String { "\(SVGText.number(x)) \(SVGText.number(y))" }
        var path = "M\(at(route.points[0].x, route.points[0].y))"
        for (index, point) in route.points.enumerated().dropFirst() {
            let before = route.points[index - 1]
            if index % 2 == 1 {
                path += "L\(at(point.x, point.y))"
            } else {
                let middle = (before.y + point.y) / 2
                path += "C\(at(before.x, middle)) \(at(point.x, middle)) \(at(point.x, point.y))"
            }
        }
        let end = route.points[route.points.count - 1]
        let names = [flow.source, route.target].map { SVGText.escape(placed.drawing.boxes[$0].title) }
        return "<g stroke=\"\(color)\" data-from=\"\(flow.source)\" data-to=\"\(route.target)\">"
            + "<title>\(names[0]) → \(names[1])\n\(SVGText.escape(flow.detail, keepsLines: true))</title>"
            + "<path d=\"\(path)\"/>"
            + "<path fill=\"\(color)\" stroke=\"none\" d=\"M\(at(end.x, end.y))L\(at(end.x - 3.5, end.y - 7))"
            + "L\(at(end.x + 3.5, end.y - 7))Z\"/></g>"
    }

    private func box(_ index: Int) -> String {
        let box = placed.drawing.boxes[index], face = placed.faces[index], frame = placed.layout.frames[index]
        var text =
            "<g data-box=\"\(index)\" transform=\"translate(\(SVGText.number(frame.x)) \(SVGText.number(frame.y)))\">"
            + "<title>\(SVGText.escape(box.detail, keepsLines: true))</title>"
            + "<rect width=\"\(SVGText.number(frame.width))\" height=\"\(SVGText.number(frame.height))\" "
            + "rx=\"\(box.kind == .output ? 14 : 6)\" fill=\"\(SVGPalette.fill(box.kind))\" "
            + "stroke=\"\(SVGPalette.stroke(box.kind))\" stroke-width=\"1.2\"/>"
        text += face.texts.map(Self.text).joined()
        for row in face.rows {
            text +=
                "<g><title>\(SVGText.escape(row.detail, keepsLines: true))</title>"
                + "<rect x=\"\(SVGText.number(row.x))\" y=\"\(SVGText.number(row.y))\" "
                + "width=\"\(SVGText.number(row.width))\" height=\"\(SVGText.number(BoxFace.rowHeight))\" "
                + "fill=\"\(SVGPalette.fill(box.kind))\"/>" + row.texts.map(Self.text).joined() + "</g>"
        }
        return text + "</g>"
    }

    private func label(_ label: PlacedDrawing.Label) -> String {
        "<text x=\"\(SVGText.number(label.position.x))\" y=\"\(SVGText.number(label.position.y))\" "
            + "font-size=\"\(SVGText.number(PlacedDrawing.labelSize))\" "
            + "fill=\"\(label.isUserSide ? SVGPalette.line(isUserSide: true) : SVGPalette.faint)\">"
            + "<title>\(SVGText.escape(label.detail, keepsLines: true))</title>\(SVGText.escape(label.text))</text>"
    }

    /// One line of text.
    static func text(_ text: BoxFace.Text) -> String {
        let anchor = text.isCentered ? " text-anchor=\"middle\"" : text.isRight ? " text-anchor=\"end\"" : ""
        return "<text x=\"\(SVGText.number(text.x))\" y=\"\(SVGText.number(text.y))\" "
            + "font-size=\"\(SVGText.number(text.size))\"\(text.isBold ? " font-weight=\"600\"" : "")\(anchor)"
            + "\(text.isFaint ? " fill=\"\(SVGPalette.faint)\"" : "")>\(SVGText.escape(text.text))</text>"
    }
}
