/// A drawing with a place for everything: what is left is writing it down.
struct PlacedDrawing {
    struct Label {
        let text: String
        let isUserSide: Bool
        let detail: String
        /// Left end of the baseline.
        let position: LayeredLayout.Point
    }

    let drawing: ModelDrawing
    let faces: [BoxFace]
    let layout: LayeredLayout
    let labels: [Label]
    let width: Double
    let height: Double

    static let labelSize = 10.5
    static let headHeight = 52.0
    private static let widestLabel = 170.0

    init(_ drawing: ModelDrawing) {
        self.drawing = drawing
        let texts = drawing.flows.map {
            TextWidth.shortened(VisibleText.line($0.label), to: Self.widestLabel, size: Self.labelSize)
        }
        let widths = texts.map { TextWidth.of($0, size: Self.labelSize) }
        var ports: [Int: [Double]] = [:]
        for (flow, width) in zip(drawing.flows, widths) { ports[flow.source, default: []].append(width) }
        let faces = drawing.boxes.enumerated().map { index, box in
            BoxFace(box, portSpan: LayeredLayout.portSpan(labelWidths: ports[index] ?? []))
        }
        self.faces = faces
        let layout = LayeredLayout(
            nodes: zip(drawing.boxes, faces).map { box, face in
                .init(width: face.width, height: face.height, isLast: box.kind == .output)
            },
            flows: zip(drawing.flows, widths).map { flow, width in
                .init(source: flow.source, labelWidth: width, targets: flow.targets)
            })
        self.layout = layout
        labels = drawing.flows.indices.map { flow in
            Label(
                text: texts[flow], isUserSide: drawing.flows[flow].isUserSide, detail: drawing.flows[flow].detail,
                position: layout.labels[flow])
        }
        let head =
            [
                TextWidth.of(VisibleText.line(drawing.title), size: 17, isBold: true),
                TextWidth.of(VisibleText.line(drawing.subtitle), size: 11.5),
            ].max() ?? 0
        width = max(layout.width, head)
        height = layout.height + Self.headHeight
    }
}
