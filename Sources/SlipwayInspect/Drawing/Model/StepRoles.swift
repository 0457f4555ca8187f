import SlipwayCore
import SlipwayGraph

/// What each step is to a reader, and where values come from.
struct StepRoles {
    enum Role {
        /// Reads a table: part of the table's box.
        case lookup
        /// Makes ids or lengths for lookups: not drawn.
        case preparation
        /// Puts a feature group together.
        case group
        case module
    }

    private var roles: [Role] = []
    /// The step that makes each value; nil for inputs and parameters.
    private(set) var producer: [Int?]
    /// The feature that each value stands for: a lookup's result, or an input called `<feature>.values`.
    private(set) var feature: [String?]

    init(_ graph: Graph) {
        producer = Array(repeating: nil, count: graph.values.count)
        feature = Array(repeating: nil, count: graph.values.count)
        let tables = Set(graph.tables.map(\.value))
        for input in graph.inputs where input.name.hasSuffix(".values") {
            feature[input.value.index] = String(input.name.dropLast(".values".count))
        }
        for (step, node) in graph.nodes.enumerated() {
            let isInGroup = node.scope.split(separator: ".").contains("embedding_group")
            if node.operands.contains(where: { tables.contains($0.value) }) {
                roles.append(.lookup)
                if case .string(let name)? = node.operation.attributes.entries["feature"] {
                    for result in node.results { feature[result.index] = name }
                }
            } else if isInGroup {
                let makesNumbers = node.results.contains { graph.type($0).dtype.isFloatingPoint }
                roles.append(makesNumbers ? .group : .preparation)
            } else {
                roles.append(.module)
            }
            for result in node.results { producer[result.index] = step }
        }
    }

    subscript(step: Int) -> Role { roles[step] }

    /// Whether a value comes out of a box of its own kind: an input, or a lookup's result.
    func isSource(_ value: ValueID) -> Bool {
        guard let step = producer[value.index] else { return true }
        return roles[step] == .lookup || roles[step] == .preparation
    }

    /// The features that `steps` read straight from inputs and lookups, in order of use.
    func features(of steps: [Int], in graph: Graph) -> [String] {
        var names: [String] = []
        var seen: Set<String> = []
        for step in steps {
            for operand in graph.nodes[step].operands {
                if let name = feature[operand.value.index], seen.insert(name).inserted { names.append(name) }
            }
        }
        return names
    }
}
