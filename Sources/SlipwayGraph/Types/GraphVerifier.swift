import SlipwayCore

/// Checks what every graph must hold: names are unique, values are defined once and before use, operands have the arity
/// their op states, inferred types equal recorded ones, sizes are sane, parameters have what their source gives, outputs exist.
public enum GraphVerifier {
    /// Largest product of the numbers in one shape: beyond any machine, and small enough that byte counts do not overflow.
    static let maximumCount = 1 << 48

    /// Throws `corrupt` for what the graph itself must hold, `mismatch` citing the constraint where an op's does not.
    public static func verify(_ graph: Graph) throws {
        try checkValues(graph)
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
            try check(parameter, graph.type(parameter.value))
        }
        let tables = Set(graph.tables.map(\.value))
        for (index, value) in graph.values.enumerated() where value.type.dtype.isQuantizedRow {
            guard tables.contains(ValueID(index)) else {
                throw SlipwayError(.corrupt, "graph \(graph.name): %\(value.name) is \(value.type) but not a table")
            }
        }
        for (position, node) in graph.nodes.enumerated() {
            let place = "node \(position) (\(node.operationName)\(node.scope.isEmpty ? "" : " of \(node.scope)"))"
            for operand in node.operands { try use(operand.value, "operand \(operand.role) of \(place)") }
            try checkArity(node.operation, node.operands, place)
            let types = try withContext("in \(place)") {
                try node.operation.resultTypes(OperandTypes(node.operands.map { ($0.role, graph.type($0.value)) }))
            }
            guard types.count == node.results.count else {
                throw SlipwayError(.corrupt, "\(place) has \(node.results.count) results; its op gives \(types.count)")
            }
            for (result, type) in zip(node.results, types) {
                try define(result, "a result of \(place)")
                guard graph.type(result) == type else {
                    let recorded = graph[result]
                    throw SlipwayError(
                        .corrupt, "\(place): %\(recorded.name) is recorded as \(recorded.type) but is \(type)")
                }
            }
        }
        guard !graph.outputs.isEmpty else { throw SlipwayError(.corrupt, "graph \(graph.name) has no output") }
        for output in graph.outputs { try use(output.value, "output \(output.name)") }
        if let index = defined.firstIndex(of: false) {
            throw SlipwayError(.corrupt, "graph \(graph.name): %\(graph.values[index].name) is never defined")
        }
    }

    private static func checkValues(_ graph: Graph) throws {
        var names = Set<String>()
        for value in graph.values {
            guard names.insert(value.name).inserted else {
                throw SlipwayError(.corrupt, "graph \(graph.name): two values are called %\(value.name)")
            }
            let sizes = value.type.dimensions.compactMap(\.size)
            guard sizes.allSatisfy({ $0 >= 0 }) else {
                throw SlipwayError(.corrupt, "graph \(graph.name): %\(value.name) has a negative size: \(value.type)")
            }
            guard let count = CheckedSize.product(sizes.filter { $0 > 0 }), count <= maximumCount else {
                throw SlipwayError(.corrupt, "graph \(graph.name): %\(value.name) is too large: \(value.type)")
            }
        }
    }

    private static func check(_ parameter: Parameter, _ type: ValueType) throws {
        let sizes = type.dimensions.compactMap(\.size)
        guard sizes.count == type.rank else {
            throw SlipwayError(.corrupt, "parameter \(parameter.name) has the symbolic shape \(type)")
        }
        guard !parameter.isTable || type.rank == 2 else {
            throw SlipwayError(.corrupt, "table \(parameter.name) is \(type), not N × D")
        }
        switch parameter.source {
        case .tensor: break
        case .derived:
            guard !parameter.isTable else {
                throw SlipwayError(.corrupt, "table \(parameter.name) is derived; tables are stored as trained")
            }
        case .stack(let names):
            guard names.count == sizes.first else {
                throw SlipwayError(
                    .corrupt, "parameter \(parameter.name) is \(type) but stacks \(names.count) tensors")
            }
        case .constant(let values):
            guard values.count == CheckedSize.product(sizes), type.dtype == .f32 else {
                throw SlipwayError(
                    .corrupt, "parameter \(parameter.name) is \(type) but holds \(values.count) f32 numbers")
            }
        }
    }

    private static func unique(_ names: [String], _ what: String, _ graph: String) throws {
        var seen = Set<String>()
        for name in names where !seen.insert(name).inserted {
            throw SlipwayError(.corrupt, "graph \(graph): two \(what)s are called \(name)")
        }
    }

    /// Throws `corrupt` when a role is unknown or occurs too often or too seldom.
    static func checkArity(_ operation: any Operation, _ operands: [Operand], _ place: String) throws {
        let spec = type(of: operation).spec
        for operand in operands where !spec.operands.contains(where: { $0.role == operand.role }) {
            throw SlipwayError(.corrupt, "\(place) has no operand called \(operand.role)")
        }
        for (role, arity) in spec.operands {
            let count = operands.count { $0.role == role }
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
