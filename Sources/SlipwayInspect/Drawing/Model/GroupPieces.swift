import SlipwayGraph

/// The steps of an embedding group, taken apart into feature groups: steps that values connect belong together.
struct GroupPieces {
    private var pieceOfStep: [Int: Int] = [:]
    private var titles: [Int: String] = [:]
    private var names: [Int: String] = [:]

    init(_ graph: Graph, roles: StepRoles, groups: [ModelDrawing.Group]) {
        var parent: [Int: Int] = [:]
        func root(_ step: Int) -> Int {
            var current = step
            while let next = parent[current], next != current { current = next }
            return current
        }
        let steps = graph.nodes.indices.filter { roles[$0] == .group }
        for step in steps {
            parent[step] = step
            for operand in graph.nodes[step].operands {
                guard let producer = roles.producer[operand.value.index], roles[producer] == .group else { continue }
                let a = root(step), b = root(producer)
                parent[max(a, b)] = min(a, b)
            }
        }
        var members: [Int: [Int]] = [:]
        for step in steps {
            pieceOfStep[step] = root(step)
            members[root(step), default: []].append(step)
        }
        for (piece, steps) in members {
            let features = Set(roles.features(of: steps, in: graph))
            let known = groups.filter { features.isSubset(of: $0.features) }.min {
                ($0.features.count, $0.name) < ($1.features.count, $1.name)
            }
            titles[piece] = known?.name ?? Self.symbol(graph, steps) ?? "feature group"
            names[piece] = known?.name ?? "\(piece)"
        }
    }

    /// Equal for steps of one group.
    func name(of step: Int) -> String { pieceOfStep[step].flatMap { names[$0] } ?? "" }
    func title(of step: Int) -> String { pieceOfStep[step].flatMap { titles[$0] } ?? "feature group" }

    /// A sequence group's name, which its steps carry as a symbol.
    private static func symbol(_ graph: Graph, _ steps: [Int]) -> String? {
        for step in steps {
            guard case .string(let symbol)? = graph.nodes[step].operation.attributes.entries["symbol"],
                let colon = symbol.firstIndex(of: ":")
            else { continue }
            return String(symbol[symbol.index(after: colon)...])
        }
        return nil
    }
}
