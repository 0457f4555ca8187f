import SlipwayCore
import SlipwayGraph

/// What a graph tells about a model: its inputs and outputs, tables, weights and the ways of its features.
struct GraphFacts: Sendable {
    struct Port: Sendable {
        let name: String
        let type: ValueType

        var facts: Fact {
            .object([
                "name": .string(name), "dtype": .string(type.dtype.rawValue), "side": .string(type.side.rawValue),
                "shape": .array(type.dimensions.map { $0.size.map(Fact.int) ?? .string($0.description) }),
            ])
        }
    }

    let inputs: [Port]
    let outputs: [Port]
    let tables: TableList
    let dense: TensorTotals
    let routes: [FeatureRoute]
    let nodeCount: Int
    /// Steps by op.
    let operations: [String: Int]
    /// The printed graph, when it was asked for.
    let printed: String?

    /// - Parameter tables: the tables as they are stored; nil takes rows without padding.
    init(_ graph: Graph, tables: [TableFacts]? = nil, showsGraph: Bool) {
        inputs = graph.inputs.map { Port(name: $0.name, type: graph.type($0.value)) }
        outputs = graph.outputs.map { Port(name: $0.name, type: graph.type($0.value)) }
        self.tables = TableList(tables ?? graph.tables.map { Self.table($0, graph.type($0.value)) })
        var dense = TensorTotals()
        for parameter in graph.denseParameters {
            let type = graph.type(parameter.value)
            let elements = type.dimensions.compactMap(\.size).reduce(1) { $0.multipliedClamped(by: $1) }
            dense.add(
                type.dtype, elements: elements, bytes: elements.multipliedClamped(by: max(1, type.dtype.bitWidth / 8)))
        }
        self.dense = dense
        routes = FeatureRoute.routes(of: graph)
        nodeCount = graph.nodes.count
        operations = Dictionary(graph.nodes.map { ($0.operationName, 1) }, uniquingKeysWith: +)
        printed = showsGraph ? GraphPrinter.print(graph) : nil
    }

    static func table(_ parameter: Parameter, _ type: ValueType) -> TableFacts {
        let width = type.dimensions.last?.size ?? 0
        // The verifier keeps sizes within 2^48, so the bits of a row can be counted.
        return TableFacts(
            name: parameter.name, rows: type.dimensions.first?.size ?? 0, width: width, dtype: type.dtype,
            rowBytes: type.dtype.rowBytes(width: width))
    }

    /// What there is in one line each.
    var pairs: [(name: String, value: String)] {
        let most = operations.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return [
            ("tables", tables.totals.text("table")),
            ("dense", "\(dense.text("weight")), \(Quantity.count(dense.all.elements, "number"))"),
            (
                "graph",
                Quantity.count(nodeCount, "step")
                    + (most.isEmpty ? "" : ": \(most.map { "\($0.key) \($0.value)" }.joined(separator: ", "))")
            ),
        ]
    }

    func sections() -> [String] {
        let sections: [String?] = [
            Self.section("outputs", outputs), Self.section("inputs", inputs), tables.section(),
            FeatureRoute.section(routes),
            printed.map { "graph\n" + VisibleText.lines($0).trimmingTrailingNewline() },
        ]
        return sections.compactMap { $0 }
    }

    private static func section(_ title: String, _ ports: [Port]) -> String? {
        guard !ports.isEmpty else { return nil }
        var table = TextTable([.text("name"), .text("dtype"), .text("shape"), .text("side")])
        for port in ports {
            let shape = port.type.dimensions.map(\.description).joined(separator: ", ")
            table.add([port.name, port.type.dtype.rawValue, "[\(shape)]", port.type.side.rawValue])
        }
        return "\(title)\n\(table.text(indent: "  "))"
    }

    func facts() -> [String: Fact] {
        var facts: [String: Fact] = [
            "inputs": .array(inputs.map(\.facts)), "outputs": .array(outputs.map(\.facts)), "tables": tables.facts,
            "table_totals": tables.totals.facts, "dense": dense.facts, "features": .array(routes.map(\.facts)),
            "steps": .int(nodeCount), "operations": .object(operations.mapValues(Fact.int)),
        ]
        if let printed { facts["graph"] = .string(printed) }
        return facts
    }
}

extension String {
    fileprivate func trimmingTrailingNewline() -> String { hasSuffix("\n") ? String(dropLast()) : self }
}
