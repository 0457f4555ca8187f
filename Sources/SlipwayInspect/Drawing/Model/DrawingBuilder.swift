import SlipwayCore
import SlipwayGraph

/// Makes the drawing of a graph: finds the boxes, then what flows between them.
struct DrawingBuilder {
    let graph: Graph
    let groups: [ModelDrawing.Group]
    let roles: StepRoles
    let clusters: StepClusters
    let groupOfCluster: [Int: String]

    init(_ graph: Graph, groups: [ModelDrawing.Group]) {
        self.graph = graph
        self.groups = groups
        let roles = StepRoles(graph)
        let pieces = GroupPieces(graph, roles: roles, groups: groups)
        self.roles = roles
        clusters = Self.clusters(graph, roles, pieces)
        var names: [Int: String] = [:]
        for (index, cluster) in clusters.clusters.enumerated() where cluster.key.name.hasPrefix("group ") {
            names[index] = pieces.title(of: cluster.steps[0])
        }
        groupOfCluster = names
    }

    /// Steps by feature group and module. A module whose parts would need several boxes each, because they take turns, is one
    /// box itself.
    private static func clusters(_ graph: Graph, _ roles: StepRoles, _ pieces: GroupPieces) -> StepClusters {
        let scopes = graph.nodes.indices.filter { roles[$0] == .module }.map { graph.nodes[$0].scope }
        var closed: Set<String> = []
        while true {
            let modules = ModuleTree(scopes: scopes, closed: closed)
            let clusters = StepClusters(graph) { step in
                switch roles[step] {
                case .preparation, .lookup: return nil
                case .group: return .init(name: "group " + pieces.name(of: step), isLoose: true)
                case .module:
                    let module = modules.module(of: graph.nodes[step].scope)
                    return .init(name: "module " + module, isLoose: !module.isEmpty)
                }
            }
            let parents = clusters.splitNames.compactMap { name -> String? in
                guard name.hasPrefix("module "), let dot = name.lastIndex(of: ".") else { return nil }
                return String(name[..<dot].dropFirst("module ".count))
            }.filter { !closed.contains($0) }
            // The deepest first: its parent may do without.
            guard let parent = parents.max(by: { ($0.count, $1) < ($1.count, $0) }) else { return clusters }
            closed.insert(parent)
        }
    }

    func drawing(title: String) -> ModelDrawing {
        var sketch = DrawingSketch()
        var sources = SourceBoxes(
            graph, roles: roles, groups: groups.filter { !groupOfCluster.values.contains($0.name) })
        let boxOfCluster = clusters.clusters.indices.map { sketch.add(box(of: $0)) }
        func boxMaking(_ value: ValueID) -> Int? {
            roles.producer[value.index].flatMap { clusters.clusterOfStep[$0] }.map { boxOfCluster[$0] }
        }
        for (step, node) in graph.nodes.enumerated() {
            guard let cluster = clusters.clusterOfStep[step] else { continue }
            let reader = boxOfCluster[cluster]
            for operand in node.operands {
                if let source = boxMaking(operand.value) {
                    if source != reader { sketch.connect(source, reader, graph[operand.value]) }
                } else {
                    sources.read(operand.value, by: reader, isGroup: groupOfCluster[cluster] != nil)
                }
            }
        }
        for output in graph.outputs {
            let type = graph.type(output.value)
            let box = sketch.add(
                .init(
                    kind: .output, title: output.name, lines: [type.description],
                    detail: "output \(output.name): \(type)"))
            if let source = boxMaking(output.value) {
                sketch.connect(source, box, graph[output.value])
            } else {
                sources.read(output.value, by: box, isGroup: true)
            }
        }
        sources.add(to: &sketch)
        return sketch.drawing(title: title, subtitle: subtitle)
    }

    private var subtitle: String {
        let facts = GraphFacts(graph, showsGraph: false)
        return [
            facts.tables.totals.text("table"), facts.dense.text("dense weight"),
            Quantity.count(graph.nodes.count, "step"), Quantity.count(graph.outputs.count, "output"),
        ].joined(separator: "  ·  ")
    }

    private func box(of cluster: Int) -> ModelDrawing.Box {
        let steps = clusters.clusters[cluster].steps
        let facts = StepFacts(graph, steps: steps)
        if let group = groupOfCluster[cluster] {
            let features = roles.features(of: steps, in: graph)
            return .init(
                kind: .group, title: group,
                lines: [Quantity.count(features.count, "feature")] + (steps.count > 1 ? [facts.summary] : []),
                detail: "feature group \(group)\nfeatures: \(features.joined(separator: ", "))\n\(facts.detail)")
        }
        let module = String(clusters.clusters[cluster].key.name.dropFirst("module ".count))
        let title = module.isEmpty ? facts.summary : module
        var lines = module.isEmpty ? [] : [facts.summary]
        if facts.weights > 0 {
            lines.append("\(Quantity.count(facts.weights, "weight")), \(Quantity.bytes(facts.bytes))")
        }
        return .init(
            kind: .module, title: title, lines: lines,
            detail: (module.isEmpty ? "" : "module \(module)\n") + facts.detail)
    }
}
