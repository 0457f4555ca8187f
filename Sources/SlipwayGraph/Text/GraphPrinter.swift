import SlipwayCore

/// Writes a graph as text that `GraphParser` reads back: one line a definition.
public enum GraphPrinter {
    public static func print(_ graph: Graph) -> String {
        var lines = ["\(GraphText.header) \(GraphText.version)", "name \(GraphText.quote(graph.name))", ""]
        for input in graph.inputs {
            let name = GraphText.quote(input.name)
            lines.append("input \(name) \(self.name(input.value, graph)) : \(type(input.value, graph))")
        }
        lines.append("")
        for parameter in graph.parameters {
            lines.append(
                "\(parameter.isTable ? "table" : "param") \(GraphText.quote(parameter.name)) "
                    + "\(name(parameter.value, graph)) : \(type(parameter.value, graph))\(source(parameter))")
        }
        lines.append("")
        var scope = ""
        for node in graph.nodes {
            if node.scope != scope {
                scope = node.scope
                lines.append("scope \(GraphText.quote(scope))")
            }
            lines.append(line(node, graph))
        }
        lines.append("")
        for output in graph.outputs {
            lines.append("output \(GraphText.quote(output.name)) \(name(output.value, graph))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func line(_ node: Node, _ graph: Graph) -> String {
        let results = node.results.map { name($0, graph) }.joined(separator: ", ")
        let operands = node.operands.map { "\($0.role) = \(name($0.value, graph))" }.joined(separator: ", ")
        let attributes = node.operation.attributes.sorted.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")
        let types = node.results.map { type($0, graph) }.joined(separator: ", ")
        let braces = attributes.isEmpty ? "" : " {\(attributes)}"
        return "  \(results) = \(node.operationName)(\(operands))\(braces) : \(types)"
    }

    private static func source(_ parameter: Parameter) -> String {
        switch parameter.source {
        case .tensor(let name): return name == parameter.name ? "" : " = tensor(\(GraphText.quote(name)))"
        case .stack(let names): return " = stack(\(names.map(GraphText.quote).joined(separator: ", ")))"
        case .derived(let names): return " = derived(\(names.map(GraphText.quote).joined(separator: ", ")))"
        case .constant(let values):
            return " = constant(\(values.map { AttributeValue.float(Double($0)).description }.joined(separator: ", ")))"
        }
    }

    private static func name(_ id: ValueID, _ graph: Graph) -> String { "%" + GraphText.word(graph[id].name) }

    private static func type(_ id: ValueID, _ graph: Graph) -> String {
        let type = graph.type(id)
        let dimensions = type.dimensions.map(GraphText.dimension).joined(separator: ", ")
        return "\(type.side == .user ? "user " : "")\(type.dtype.rawValue)[\(dimensions)]"
    }
}
