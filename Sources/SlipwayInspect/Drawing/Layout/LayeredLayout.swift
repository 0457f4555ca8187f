/// Places boxes in layers from top to bottom, after Sugiyama, Tagawa and Toda (1981): layers by longest path, fewer crossings
/// by barycentres, then positions near the neighbours'.
///
/// A box sends through ports on its lower edge; a port's label stands right of its line. Everything a line shares a layer
/// with has a place of its own, so lines cross each other only between layers and never a box. The same input gives the
/// same layout.
struct LayeredLayout {
    struct Node {
        let width: Double
        let height: Double
        /// Stands in the last layer.
        var isLast = false
    }

    struct Flow {
        let source: Int
        let labelWidth: Double
        let targets: [Int]
    }

    struct Frame: Equatable {
        var x: Double
        var y: Double
        let width: Double
        let height: Double
    }

    struct Point: Equatable {
        let x: Double
        let y: Double
    }

    /// The line from a port to one target: vertical from an even point to the next, curved from an odd one to the next.
    struct Route {
        let flow: Int
        let target: Int
        let points: [Point]
    }

    private(set) var frames: [Frame] = []
    private(set) var routes: [Route] = []
    /// Where each flow's label begins: left end of its baseline.
    private(set) var labels: [Point] = []
    private(set) var width = 0.0
    private(set) var height = 0.0

    static let labelHeight = 18.0
    static let labelGap = 5.0
    private static let portGap = 12.0

    /// Where the lines of a box's ports leave it, measured from its middle, which is the middle of the lines.
    private static func portOffsets(labelWidths: [Double]) -> [Double] {
        var offsets: [Double] = []
        for (index, _) in labelWidths.enumerated() {
            offsets.append(index == 0 ? 0 : offsets[index - 1] + labelGap + labelWidths[index - 1] + portGap)
        }
        let middle = (offsets.last ?? 0) / 2
        return offsets.map { $0 - middle }
    }

    /// Width a box needs for ports of these labels, in any order, with every label under the box.
    static func portSpan(labelWidths: [Double]) -> Double {
        guard let widest = labelWidths.max() else { return 0 }
        let lines = labelWidths.reduce(-widest) { $0 + $1 } + (labelGap + portGap) * Double(labelWidths.count - 1)
        return lines + 2 * (widest + labelGap)
    }

    /// - Parameters:
    ///   - nodes: at least as wide as their ports.
    ///   - flows: no cycle among them.
    init(nodes: [Node], flows: [Flow]) {
        let layers = LayerAssignment(nodes: nodes, flows: flows)
        var cells = LayerCells(nodes: nodes, flows: flows, layers: layers)
        cells.reduceCrossings()
        let ports = Self.ports(nodes, flows, cells)
        let centers = LayerPositions(cells: cells, ports: ports).centers
        place(nodes, flows, cells, ports, centers)
    }

    /// Where each flow leaves its box, measured from the box's middle: ordered as their targets are.
    private static func ports(_ nodes: [Node], _ flows: [Flow], _ cells: LayerCells) -> [Double] {
        var ports = [Double](repeating: 0, count: flows.count)
        var byNode: [Int: [Int]] = [:]
        for (index, flow) in flows.enumerated() { byNode[flow.source, default: []].append(index) }
        for (_, own) in byNode {
            let ordered = own.sorted { (cells.meanPlace(ofFlow: $0), $0) < (cells.meanPlace(ofFlow: $1), $1) }
            let offsets = portOffsets(labelWidths: ordered.map { flows[$0].labelWidth })
            for (flow, offset) in zip(ordered, offsets) { ports[flow] = offset }
        }
        return ports
    }

    private mutating func place(
        _ nodes: [Node], _ flows: [Flow], _ cells: LayerCells, _ ports: [Double], _ centers: [Double]
    ) {
        frames = nodes.map { Frame(x: 0, y: 0, width: $0.width, height: $0.height) }
        let tops = tops(cells, nodes, centers)
        let hasInput = Set(flows.flatMap(\.targets))
        for (cell, entry) in cells.cells.enumerated() {
            guard case .node(let node) = entry.content else { continue }
            let slack = tops[entry.layer].bottom - tops[entry.layer].top - nodes[node].height
            frames[node].x = centers[cell] - nodes[node].width / 2
            // What only sends stands next to its readers.
            frames[node].y = tops[entry.layer].top + (hasInput.contains(node) ? 0 : slack)
        }
        let entries = entryPoints(cells, flows, ports, centers)
        labels = flows.indices.map { flow in
            let frame = frames[flows[flow].source]
            return Point(
                x: frame.x + frame.width / 2 + ports[flow] + Self.labelGap, y: frame.y + frame.height + 13)
        }
        for (index, flow) in flows.enumerated() {
            let frame = frames[flow.source]
            let start = Point(x: frame.x + frame.width / 2 + ports[index], y: frame.y + frame.height)
            for target in flow.targets {
                var points = [start]
                let first = cells.layer(ofNode: flow.source), last = cells.layer(ofNode: target)
                points.append(Point(x: start.x, y: tops[first].bottom + Self.labelHeight))
                for layer in (first + 1)..<max(last, first + 1) {
                    guard let cell = cells.cell(ofFlow: index, layer: layer) else { continue }
                    points.append(Point(x: centers[cell], y: tops[layer].top))
                    points.append(Point(x: centers[cell], y: tops[layer].bottom + Self.labelHeight))
                }
                points.append(Point(x: entries[[index, target]] ?? start.x, y: frames[target].y))
                routes.append(Route(flow: index, target: target, points: points))
            }
        }
        width = cells.cells.enumerated().map { centers[$0] + $1.width / 2 }.max() ?? 0
        height = tops.last.map(\.bottom) ?? 0
    }

    /// Upper and lower edge of each layer. Lines get the more room between two, the further they lead sideways.
    private func tops(_ cells: LayerCells, _ nodes: [Node], _ centers: [Double]) -> [(top: Double, bottom: Double)] {
        var tops: [(top: Double, bottom: Double)] = []
        var y = 0.0
        for layer in cells.layers.indices {
            let heights = cells.layers[layer].map { cells.cells[$0].height }
            let bottom = y + (heights.max() ?? 0)
            tops.append((y, bottom))
            let widest = cells.segments[layer].map { abs(centers[$0.upper] - centers[$0.lower]) }.max() ?? 0
            y = bottom + Self.labelHeight + min(max(34, 26 + widest / 14), 96)
        }
        return tops
    }

    /// Where each flow enters a target: spread over the middle of its upper edge in the order the lines come.
    private func entryPoints(
        _ cells: LayerCells, _ flows: [Flow], _ ports: [Double], _ centers: [Double]
    ) -> [[Int]: Double] {
        var arriving: [Int: [(flow: Int, x: Double)]] = [:]
        for (index, flow) in flows.enumerated() {
            for target in flow.targets {
                let above = cells.layer(ofNode: target) - 1
                let x =
                    cells.cell(ofFlow: index, layer: above).map { centers[$0] }
                    ?? frames[flow.source].x + frames[flow.source].width / 2 + ports[index]
                arriving[target, default: []].append((index, x))
            }
        }
        var entries: [[Int]: Double] = [:]
        for (target, lines) in arriving {
            let frame = frames[target]
            let step = min(26, (frame.width - 24) / Double(max(lines.count, 1)))
            let middle = frame.x + frame.width / 2
            for (place, line) in lines.sorted(by: { ($0.x, $0.flow) < ($1.x, $1.flow) }).enumerated() {
                entries[[line.flow, target]] = middle + (Double(place) - Double(lines.count - 1) / 2) * step
            }
        }
        return entries
    }
}
