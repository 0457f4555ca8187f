/// The layer of every node: one below the lowest of those it reads; what only sends stands right above its first reader.
struct LayerAssignment {
    let layerOfNode: [Int]
    let count: Int

    init(nodes: [LayeredLayout.Node], flows: [LayeredLayout.Flow]) {
        var targets = [[Int]](repeating: [], count: nodes.count)
        var waiting = [Int](repeating: 0, count: nodes.count)
        for flow in flows {
            for target in flow.targets {
                targets[flow.source].append(target)
                waiting[target] += 1
            }
        }
        let sources = nodes.indices.filter { waiting[$0] == 0 }
        var layer = [Int](repeating: 0, count: nodes.count)
        var open = sources
        var position = 0
        while position < open.count {
            let node = open[position]
            position += 1
            for target in targets[node] {
                layer[target] = max(layer[target], layer[node] + 1)
                waiting[target] -= 1
                if waiting[target] == 0 { open.append(target) }
            }
        }
        for node in sources {
            if let first = targets[node].map({ layer[$0] }).min() { layer[node] = max(0, first - 1) }
        }
        let last = layer.max() ?? 0
        for node in nodes.indices where nodes[node].isLast { layer[node] = last }
        layerOfNode = layer
        count = nodes.isEmpty ? 0 : last + 1
    }
}
