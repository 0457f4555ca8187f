import SlipwayGraph

/// Finds the step after which nobody needs a block any more.
struct Liveness {
    private let layout: PlanLayout
    private let sources: [Int: [Int]]

    /// `sources`: values that a value may lie in.
    init(_ layout: PlanLayout, sources: [Int: [Int]]) {
        self.layout = layout
        self.sources = sources
    }

    /// `steps` with their releases. Blocks that outputs lie in are never released.
    func withReleases(_ steps: [PlannedStep], _ graph: Graph) -> [PlannedStep] {
        var last: [Int: Int] = [:]
        for (position, step) in steps.enumerated() {
            for value in step.reads + step.writes {
                for block in blocks(of: value) { last[block] = position }
            }
        }
        for output in graph.outputs {
            for block in blocks(of: output.value.index) { last[block] = nil }
        }
        var result = steps
        for (block, position) in last.sorted(by: { $0.key < $1.key }) { result[position].releases.append(block) }
        return result
    }

    /// The values whose blocks `value` may lie in, itself included.
    private func blocks(of value: Int) -> Set<Int> {
        var found: Set<Int> = []
        var open = [value]
        while let next = open.popLast() {
            guard !layout.values[next].isConstant, found.insert(next).inserted else { continue }
            if case .part(let whole, _) = layout.values[next].storage { open.append(whole) }
            open += sources[next] ?? []
        }
        return found
    }
}
