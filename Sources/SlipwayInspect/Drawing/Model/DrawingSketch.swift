import SlipwayGraph

/// Boxes and the values that flow between them, while a drawing is made.
struct DrawingSketch {
    private struct Link: Hashable {
        let source: Int
        let target: Int
    }

    private var boxes: [ModelDrawing.Box] = []
    /// Links in the order they came up, each with its values.
    private var order: [Link] = []
    private var values: [Link: [Value]] = [:]

    /// Gives the new box's number.
    mutating func add(_ box: ModelDrawing.Box) -> Int {
        boxes.append(box)
        return boxes.count - 1
    }

    mutating func connect(_ source: Int, _ target: Int, _ value: Value) {
        let link = Link(source: source, target: target)
        if values[link] == nil { order.append(link) }
        if values[link]?.contains(value) != true { values[link, default: []].append(value) }
    }

    /// Links of one box that carry the same values become one flow.
    func drawing(title: String, subtitle: String) -> ModelDrawing {
        var flows: [ModelDrawing.Flow] = []
        var flowOfValues: [Int: [[Value]: Int]] = [:]
        for link in order {
            let carried = (values[link] ?? []).sorted { $0.name < $1.name }
            if let flow = flowOfValues[link.source]?[carried] {
                flows[flow].targets.append(link.target)
                continue
            }
            flowOfValues[link.source, default: [:]][carried] = flows.count
            let label = FlowLabel(carried)
            flows.append(
                .init(
                    source: link.source, label: label.text, isUserSide: label.isUserSide, detail: label.detail,
                    targets: [link.target]))
        }
        return ModelDrawing(title: title, subtitle: subtitle, boxes: boxes, flows: flows)
    }
}
