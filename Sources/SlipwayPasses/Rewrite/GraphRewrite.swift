import SlipwayCore
import SlipwayGraph

/// A new graph made from an old one: node by node, in order, each copied or replaced.
///
/// Types are inferred anew, so a replacement that does not fit its readers throws where it is made.
struct GraphRewrite {
    let source: Graph
    private var builder: GraphBuilder
    private var values: [ValueID?]
    private(set) var patches: [Patch] = []

    /// Starts with the inputs and parameters of `source`; `keeps` leaves parameters out.
    init(_ source: Graph, keeps: (Parameter) -> Bool = { _ in true }) throws {
        self.source = source
        builder = GraphBuilder(name: source.name)
        values = Array(repeating: nil, count: source.values.count)
        for input in source.inputs {
            values[input.value.index] = try builder.input(input.name, source.type(input.value))
        }
        for parameter in source.parameters where keeps(parameter) {
            values[parameter.value.index] = try builder.parameter(like: parameter, source.type(parameter.value))
        }
    }

    /// What an old value has become.
    func value(_ old: ValueID) throws -> ValueID {
        guard let new = values[old.index] else {
            throw SlipwayError(.internalFault, "%\(source[old].name) is read before it is made")
        }
        return new
    }

    func type(_ new: ValueID) -> ValueType { builder.type(new) }

    /// Says that `old` is `new` from here on.
    mutating func replace(_ old: ValueID, by new: ValueID) { values[old.index] = new }

    /// Copies an old node with what its operands have become.
    mutating func copy(_ node: Node) throws {
        let operands = try node.operands.map { Operand($0.role, try value($0.value)) }
        builder.restore(scopes: node.scope.isEmpty ? [] : [node.scope])
        for (old, new) in zip(node.results, try builder.addAll(node.operation, operands)) { replace(old, by: new) }
    }

    /// Adds a step in the module of `node`; operands are values of the new graph.
    mutating func add(_ operation: any Operation, _ operands: [Operand], in node: Node) throws -> ValueID {
        let results = try addAll(operation, operands, in: node)
        guard results.count == 1 else { throw SlipwayError(.internalFault, "a step has \(results.count) results") }
        return results[0]
    }

    mutating func addAll(_ operation: any Operation, _ operands: [Operand], in node: Node) throws -> [ValueID] {
        builder.restore(scopes: node.scope.isEmpty ? [] : [node.scope])
        return try builder.addAll(operation, operands)
    }

    /// A new parameter.
    mutating func parameter(_ name: String, shape: [Int], source: ParameterSource) throws -> ValueID {
        try builder.parameter(name, shape: shape, source: source)
    }

    /// Notes an edit in the module of `node`.
    mutating func note(_ label: String, in node: Node) { patches.append(Patch(label: label, scope: node.scope)) }

    /// The new graph, with the old one's outputs.
    mutating func finish() throws -> PassResult {
        for output in source.outputs { try builder.output(output.name, try value(output.value)) }
        return PassResult(graph: try builder.build(), patches: patches)
    }
}

// MARK: Arithmetic on weights

extension GraphRewrite {
    mutating func binary(
        _ function: Binary.Function, _ a: ValueID, _ b: ValueID, in node: Node
    ) throws -> ValueID {
        try add(Binary(function), [Operand("a", a), Operand("b", b)], in: node)
    }

    /// Columns `range` of a weight [N, K].
    mutating func columns(_ weight: ValueID, _ range: Range<Int>, in node: Node) throws -> ValueID {
        guard range != 0..<(try type(weight).width()) else { return weight }
        return try add(
            Slice(axis: 1, start: range.lowerBound, end: range.upperBound), [Operand("input", weight)], in: node)
    }

    /// Several ranges of columns side by side; neighbours are taken at once.
    mutating func columns(_ weight: ValueID, _ ranges: [Range<Int>], in node: Node) throws -> ValueID {
        var joined: [Range<Int>] = []
        for range in ranges {
            if let last = joined.last, last.upperBound == range.lowerBound {
                joined[joined.count - 1] = last.lowerBound..<range.upperBound
            } else {
                joined.append(range)
            }
        }
        let parts = try joined.map { try columns(weight, $0, in: node) }
        return try concat(parts, in: node)
    }

    /// Values side by side along the last axis.
    mutating func concat(_ parts: [ValueID], in node: Node) throws -> ValueID {
        guard parts.count != 1 else { return parts[0] }
        return try add(
            Concat(axis: parts.first.map { type($0).rank - 1 } ?? 0), parts.map { Operand("input", $0) }, in: node)
    }
}
