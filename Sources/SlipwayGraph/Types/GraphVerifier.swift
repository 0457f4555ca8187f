import SlipwayCore

/// Checks what every graph must hold: names are unique, values are defined before use, operands have the arity their op
/// states, inferred types equal recorded ones, outputs exist.
public enum GraphVerifier {
    public static func verify(_ graph: Graph) throws {
        var names = Set<String>()
        for value in graph.values where !names.insert(value.name).inserted {
            throw SlipwayError(.corrupt, "graph \(graph.name): two values are called %\(value.name)")
        }
        var defined = [Bool](repeating: false, count: graph.values.count)
        func define(_ id: ValueID, _ what: String) throws {
            guard graph.values.indices.contains(id.index) else {
                throw SlipwayError(.corrupt, "graph \(graph.name): \(what) is value \(id.index), which does not exist")
            }
            guard !defined[id.index] else {
                throw SlipwayError(.corrupt, "graph \(graph.name): %\(graph[id].name) is defined twice")
            }
            defined[id.index] = true
        }
        func use(_ id: ValueID, _ what: String) throws {
            guard graph.values.indices.contains(id.index), defined[id.index] else {
                throw SlipwayError(.corrupt, "graph \(graph.name): \(what) is used before it is defined")
            }
        }
        try unique(graph.inputs.map(\.name), "input", graph.name)
        try unique(graph.parameters.map(\.name), "parameter", graph.name)
        try unique(graph.outputs.map(\.name), "output", graph.name)
        for input in graph.inputs { try define(input.value, "input \(input.name)") }
        for parameter in graph.parameters {
            try define(parameter.value, "parameter \(parameter.name)")
            let type = graph.type(parameter.value)
            guard type.dimensions.allSatisfy({ $0.size != nil }) else {
                throw SlipwayError(.corrupt, "parameter \(parameter.name) has the symbolic shape \(type)")
            }
            guard parameter.isTable || !type.dtype.isQuantizedRow else {
                throw SlipwayError(.corrupt, "parameter \(parameter.name) is \(type) but not a table")
            }
        }
        for (position, node) in graph.nodes.enumerated() {
            let place = "node \(position) (\(node.operationName)\(node.scope.isEmpty ? "" : " of \(node.scope)"))"
            for operand in node.operands { try use(operand.value, "operand \(operand.role) of \(place)") }
            try checkArity(node, place)
            let types = try withContext("in \(place)") {
                try node.operation.resultTypes(OperandTypes(node.operands.map { ($0.role, graph.type($0.value)) }))
            }
            guard types.count == node.results.count else {
                throw SlipwayError(.corrupt, "\(place) has \(node.results.count) results; its op gives \(types.count)")
            }
            for (result, type) in zip(node.results, types) {
                try define(result, "a result of \(place)")
                guard graph.type(result) == type else {
                    throw SlipwayError(
                        .corrupt, "\(place): %\(graph[result].name) is recorded as \(graph.type(result)) but is \(type)")
                }
            }
        }
        guard !graph.outputs.isEmpty else { throw SlipwayError(.corrupt, "graph \(graph.name) has no output") }
        for output in graph.outputs { try use(output.value, "output \(output.name)") }
    }

    private static func unique(_ names: [String], _ what: String, _ graph: String) throws {
        var seen = Set<String>()
        for name in names where !seen.insert(name).inserted {
            throw SlipwayError(.corrupt, "graph \(graph): two \(what)s are called \(name)")
        }
    }

    private static func checkArity(_ node: Node, _ place: String) throws {
        let spec = type(of: node.operation).spec
        for operand in node.operands where !spec.operands.contains(where: { $0.role == operand.role }) {
            throw SlipwayError(.corrupt, "\(place) has no operand called \(operand.role)")
        }
        for (role, arity) in spec.operands {
            let count = node.operands(role).count
            let allowed: Bool
            switch arity {
            case .one: allowed = count == 1
            case .optional: allowed = count <= 1
            case .many: allowed = count >= 1
            }
            guard allowed else { throw SlipwayError(.corrupt, "\(place) has \(count) operands called \(role)") }
        }
    }
}
