/// The middle of every cell: as near to its neighbours' as the order and the widths in its layer allow.
struct LayerPositions {
    private(set) var centers: [Double]
    private let cells: LayerCells
    private let ports: [Double]

    private static let nodeGap = 30.0
    private static let passingGap = 10.0
    private static let sweeps = 72
    /// Sweeps at the end that look up and down at once.
    private static let finalSweeps = 60

    /// - Parameter ports: where each flow leaves its node, measured from the node's middle.
    init(cells: LayerCells, ports: [Double]) {
        self.cells = cells
        self.ports = ports
        centers = Array(repeating: 0, count: cells.cells.count)
        for layer in cells.layers {
            let offsets = offsets(layer)
            let middle = (offsets.last ?? 0) / 2
            for (cell, offset) in zip(layer, offsets) { centers[cell] = offset - middle }
        }
        for sweep in 0..<Self.sweeps {
            let isDown = sweep % 2 == 0, isFinal = sweep >= Self.sweeps - Self.finalSweeps
            for layer in isDown ? Array(cells.layers.indices) : cells.layers.indices.reversed() {
                settle(layer, reads: isDown || isFinal, sends: !isDown || isFinal)
            }
        }
        straighten()
        let left = cells.cells.indices.map { centers[$0] - cells.cells[$0].width / 2 }.min() ?? 0
        for cell in centers.indices { centers[cell] = (centers[cell] - left).rounded() }
    }

    /// Puts the places of a line that passes several layers under each other where the neighbours leave room for it.
    private mutating func straighten() {
        var lines: [Int: [(layer: Int, place: Int)]] = [:]
        for (layer, order) in cells.layers.enumerated() {
            for (place, cell) in order.enumerated() {
                guard case .passing(let flow) = cells.cells[cell].content else { continue }
                lines[flow, default: []].append((layer, place))
            }
        }
        for (_, line) in lines.sorted(by: { $0.key < $1.key }) where line.count > 1 {
            let own = line.map { cells.layers[$0.layer][$0.place] }
            let rooms = line.map { room(cells.layers[$0.layer], $0.place) }
            let lower = rooms.map(\.lower).max() ?? 0, upper = rooms.map(\.upper).min() ?? 0
            guard lower <= upper else { continue }
            let mean = own.reduce(0) { $0 + centers[$1] } / Double(own.count)
            for cell in own { centers[cell] = min(max(mean, lower), upper) }
        }
    }

    /// Where the cell at `place` could stand between its neighbours.
    private func room(_ order: [Int], _ place: Int) -> (lower: Double, upper: Double) {
        let half = cells.cells[order[place]].width / 2 + Self.passingGap
        let left = place > 0 ? centers[order[place - 1]] + cells.cells[order[place - 1]].width / 2 + half : -.infinity
        let right = place + 1 < order.count ? order[place + 1] : nil
        return (left, right.map { centers[$0] - cells.cells[$0].width / 2 - half } ?? .infinity)
    }

    private func isPassing(_ cell: Int) -> Bool {
        if case .passing = cells.cells[cell].content { return true }
        return false
    }

    /// Where each cell of a layer stands when all are packed to the left, the first at 0.
    private func offsets(_ layer: [Int]) -> [Double] {
        var offsets: [Double] = []
        for (place, cell) in layer.enumerated() {
            guard place > 0, let last = offsets.last else {
                offsets.append(0)
                continue
            }
            let before = layer[place - 1]
            let gap = isPassing(cell) || isPassing(before) ? Self.passingGap : Self.nodeGap
            offsets.append(last + (cells.cells[before].width + cells.cells[cell].width) / 2 + gap)
        }
        return offsets
    }

    /// Moves the cells of one layer to where they would like to be: least squares under the order and the gaps, by pooling
    /// neighbours that would overlap.
    private mutating func settle(_ layer: Int, reads: Bool, sends: Bool) {
        let order = cells.layers[layer]
        var wishes: [Int: (sum: Double, weight: Double)] = [:]
        func wish(_ cell: Int, _ x: Double, _ weight: Double) {
            let known = wishes[cell] ?? (0, 0)
            wishes[cell] = (known.sum + x * weight, known.weight + weight)
        }
        func port(_ segment: LayerCells.Segment) -> Double { isPassing(segment.upper) ? 0 : ports[segment.flow] }
        if reads, layer > 0 {
            for segment in cells.segments[layer - 1] {
                wish(segment.lower, centers[segment.upper] + port(segment), weight(segment))
            }
        }
        if sends {
            for segment in cells.segments[layer] {
                wish(segment.upper, centers[segment.lower] - port(segment), weight(segment))
            }
        }
        let offsets = offsets(order)
        var pools: [(sum: Double, weight: Double, count: Int)] = []
        for (cell, offset) in zip(order, offsets) {
            // A cell without a neighbour on this side would like to stay.
            let own = wishes[cell] ?? (centers[cell] * 0.05, 0.05)
            pools.append((own.sum - offset * own.weight, own.weight, 1))
            while pools.count > 1, let last = pools.last {
                let before = pools[pools.count - 2]
                guard before.sum / before.weight > last.sum / last.weight else { break }
                pools.removeLast(2)
                pools.append((before.sum + last.sum, before.weight + last.weight, before.count + last.count))
            }
        }
        var place = 0
        for pool in pools {
            for _ in 0..<pool.count {
                centers[order[place]] = pool.sum / pool.weight + offsets[place]
                place += 1
            }
        }
    }

    /// Lines that pass layers are to be straight before anything else.
    private func weight(_ segment: LayerCells.Segment) -> Double {
        switch (isPassing(segment.upper), isPassing(segment.lower)) {
        case (true, true): return 8
        case (false, false): return 1
        default: return 2
        }
    }
}
