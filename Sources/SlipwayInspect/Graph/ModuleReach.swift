import SlipwayGraph

/// For every value of a graph: the first modules outside the embedding group, and the outputs, that it reaches.
struct ModuleReach {
    private var moduleNames: [String] = []
    private var outputNames: [String] = []
    /// Positions in `moduleNames`, and in `outputNames` as negative numbers from -1 down.
    private var reached: [Set<Int>]

    /// Goes through the steps once, last to first.
    init(_ graph: Graph) {
        reached = Array(repeating: [], count: graph.values.count)
        outputNames = graph.outputs.map(\.name)
        for (index, output) in graph.outputs.enumerated() { reached[output.value.index].insert(-1 - index) }
        var positions: [String: Int] = [:]
        for module in graph.nodes.compactMap({ Self.module(of: $0.scope) }) where positions[module] == nil {
            positions[module] = moduleNames.count
            moduleNames.append(module)
        }
        for node in graph.nodes.reversed() {
            var onward: Set<Int> = []
            if let module = Self.module(of: node.scope), let position = positions[module] {
                onward.insert(position)
            } else {
                for result in node.results { onward.formUnion(reached[result.index]) }
            }
            for operand in node.operands { reached[operand.value.index].formUnion(onward) }
        }
    }

    func modules(_ value: ValueID) -> [String] {
        reached[value.index].filter { $0 >= 0 }.sorted().map { moduleNames[$0] }
    }

    func outputs(_ value: ValueID) -> [String] {
        reached[value.index].filter { $0 < 0 }.sorted(by: >).map { outputNames[-1 - $0] }
    }

    /// The module that a scope belongs to, without the layers inside it; nil for the model itself and for the embedding
    /// group.
    private static func module(of scope: String) -> String? {
        let parts = scope.split(separator: ".")
        guard !parts.isEmpty, !parts.contains("embedding_group") else { return nil }
        let layers = parts.firstIndex { $0 == "mlp" || $0 == "perceptron" } ?? parts.endIndex
        return parts.prefix(max(1, layers)).joined(separator: ".")
    }
}
