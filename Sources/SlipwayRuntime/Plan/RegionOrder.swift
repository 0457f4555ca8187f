import SlipwayCore
import SlipwayGraph

/// In which order nodes and regions run: a region after everything it reads, before everything that reads it.
enum RegionOrder {
    enum Item {
        case node(Int)
        case region(Int)
    }

    /// Live nodes in the graph's order as far as regions allow it. Throws `corrupt` for a region that overlaps another, or that
    /// reads what depends on it.
    static func items(_ graph: Graph, _ regions: [CompiledRegion], isLive: [Bool]) throws -> [Item] {
        let all = graph.nodes.indices.filter { isLive[$0] }
        guard !regions.isEmpty else { return all.map(Item.node) }
        var owner: [Int: Int] = [:]
        for (index, region) in regions.enumerated() {
            for node in region.nodes {
                guard graph.nodes.indices.contains(node), owner.updateValue(index, forKey: node) == nil else {
                    throw SlipwayError(.corrupt, "compiled region \(index) does not fit the graph")
                }
            }
        }
        var isKnown = [Bool](repeating: false, count: graph.values.count)
        for input in graph.inputs { isKnown[input.value.index] = true }
        for parameter in graph.parameters { isKnown[parameter.value.index] = true }
        var items: [Item] = []
        var nodes = all.filter { owner[$0] == nil }
        var waiting = Array(regions.indices)
        while !nodes.isEmpty || !waiting.isEmpty {
            var rest: [Int] = []
            for position in nodes {
                let node = graph.nodes[position]
                guard node.operands.allSatisfy({ isKnown[$0.value.index] }) else {
                    rest.append(position)
                    continue
                }
                for result in node.results { isKnown[result.index] = true }
                items.append(.node(position))
            }
            nodes = rest
            guard let ready = waiting.firstIndex(where: { regions[$0].inputs.allSatisfy { isKnown[$0.index] } }) else {
                guard nodes.isEmpty, waiting.isEmpty else {
                    throw SlipwayError(.corrupt, "a compiled region reads what depends on it")
                }
                break
            }
            let index = waiting.remove(at: ready)
            for output in regions[index].outputs { isKnown[output.index] = true }
            items.append(.region(index))
        }
        return items
    }
}
