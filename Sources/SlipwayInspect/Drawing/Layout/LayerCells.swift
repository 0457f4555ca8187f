/// What stands in each layer, in order: nodes, and places for lines that pass through.
struct LayerCells {
    enum Content {
        case node(Int)
        /// A line on its way to a lower layer; the targets of one flow share it.
        case passing(flow: Int)
    }

    struct Cell {
        let content: Content
        let layer: Int
        let width: Double
        let height: Double
    }

    /// A piece of a flow between two layers.
    struct Segment {
        let flow: Int
        let upper: Int
        let lower: Int
    }

    private(set) var cells: [Cell] = []
    /// Cells of each layer from left to right.
    private(set) var layers: [[Int]]
    /// Segments that begin in each layer.
    private(set) var segments: [[Segment]]
    private let cellOfNode: [Int]
    private var cellOfFlow: [[Int]: Int] = [:]
    private var place: [Int]

    private static let passingWidth = 14.0
    private static let sweeps = 24

    init(nodes: [LayeredLayout.Node], flows: [LayeredLayout.Flow], layers assignment: LayerAssignment) {
        layers = Array(repeating: [], count: assignment.count)
        segments = Array(repeating: [], count: assignment.count)
        place = []
        cellOfNode = Array(nodes.indices)
        for (node, layer) in assignment.layerOfNode.enumerated() {
            cells.append(
                Cell(content: .node(node), layer: layer, width: nodes[node].width, height: nodes[node].height))
            layers[layer].append(node)
        }
        for (index, flow) in flows.enumerated() {
            let first = assignment.layerOfNode[flow.source]
            var above = flow.source
            let last = flow.targets.map { assignment.layerOfNode[$0] }.max() ?? first
            for layer in (first + 1)..<max(last + 1, first + 1) {
                for target in flow.targets where assignment.layerOfNode[target] == layer {
                    segments[layer - 1].append(Segment(flow: index, upper: above, lower: target))
                }
                guard layer < last else { break }
                cells.append(Cell(content: .passing(flow: index), layer: layer, width: Self.passingWidth, height: 0))
                let cell = cells.count - 1
                layers[layer].append(cell)
                cellOfFlow[[index, layer]] = cell
                segments[layer - 1].append(Segment(flow: index, upper: above, lower: cell))
                above = cell
            }
        }
        place = Array(repeating: 0, count: cells.count)
        for layer in layers.indices { number(layer) }
    }

    func layer(ofNode node: Int) -> Int { cells[cellOfNode[node]].layer }
    func cell(ofFlow flow: Int, layer: Int) -> Int? { cellOfFlow[[flow, layer]] }

    /// Mean place of what a flow leads to in the next layer.
    func meanPlace(ofFlow flow: Int) -> Double {
        var sum = 0.0, count = 0.0
        for layer in segments {
            for segment in layer where segment.flow == flow {
                guard case .node = cells[segment.upper].content else { continue }
                sum += Double(place[segment.lower])
                count += 1
            }
        }
        return count > 0 ? sum / count : 0
    }

    /// Reorders layers by the mean place of neighbours, down and up, and keeps the best order seen.
    mutating func reduceCrossings() {
        var best = layers, fewest = crossings()
        for sweep in 0..<Self.sweeps where fewest > 0 {
            let isDown = sweep % 2 == 0
            for layer in isDown ? Array(layers.indices.dropFirst()) : Array(layers.indices.dropLast().reversed()) {
                sort(layer, by: isDown ? layer - 1 : layer)
            }
            let count = crossings()
            if count < fewest { (best, fewest) = (layers, count) }
        }
        layers = best
        for layer in layers.indices { number(layer) }
    }

    private mutating func number(_ layer: Int) {
        for (position, cell) in layers[layer].enumerated() { place[cell] = position }
    }

    /// Sorts `layer` by the places at the other end of the segments that begin in layer `gap`; cells without any stay.
    private mutating func sort(_ layer: Int, by gap: Int) {
        var sums: [Int: (sum: Double, count: Double)] = [:]
        for segment in segments[gap] {
            let (own, other) = layer == gap ? (segment.upper, segment.lower) : (segment.lower, segment.upper)
            let known = sums[own] ?? (0, 0)
            sums[own] = (known.sum + Double(place[other]), known.count + 1)
        }
        let keys = layers[layer].map { cell in sums[cell].map { $0.sum / $0.count } ?? Double(place[cell]) }
        let order = layers[layer].indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
        layers[layer] = order.map { layers[layer][$0] }
        number(layer)
    }

    /// Pairs of segments that cross.
    private func crossings() -> Int {
        segments.indices.reduce(0) { total, gap in
            let ends = segments[gap].map { (place[$0.upper], place[$0.lower]) }.sorted(by: <)
            var tree = [Int](repeating: 0, count: (ends.map(\.1).max() ?? 0) + 2)
            var count = total
            for (seen, end) in ends.enumerated() {
                var index = end.1 + 1, notBeyond = 0
                while index > 0 {
                    notBeyond += tree[index]
                    index -= index & -index
                }
                count += seen - notBeyond
                index = end.1 + 1
                while index < tree.count {
                    tree[index] += 1
                    index += index & -index
                }
            }
            return count
        }
    }
}
