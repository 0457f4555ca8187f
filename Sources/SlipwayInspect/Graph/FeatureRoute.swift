import SlipwayCore
import SlipwayGraph

/// The way of one feature: from its table to the first modules behind the embedding group.
struct FeatureRoute: Sendable, Equatable {
    let feature: String
    /// The op that reads the table, such as `embedding_bag`; `dense` for a feature without one.
    let operation: String
    /// `sum` or `mean` where the op pools.
    let pooling: String?
    /// The table's parameter name; nil for a dense feature.
    let table: String?
    /// Width of the looked-up rows, or of the dense values.
    let width: Int?
    /// Modules in the order of the graph, such as `deep_mlp` or `towers.user`.
    var modules: [String]
    /// Outputs that the feature reaches without a module in between.
    var outputs: [String]

    /// The routes of `graph`: lookups in the order of the graph, then dense features in the order of the inputs.
    static func routes(of graph: Graph) -> [FeatureRoute] {
        let reach = ModuleReach(graph)
        let tables = Dictionary(graph.tables.map { ($0.value, $0.name) }, uniquingKeysWith: { first, _ in first })
        var routes: [FeatureRoute] = []
        for node in graph.nodes {
            guard case .string(let feature)? = node.operation.attributes.entries["feature"],
                let table = node.operands.compactMap({ tables[$0.value] }).first, let result = node.results.first
            else { continue }
            var pooling: String?
            if case .string(let mode)? = node.operation.attributes.entries["mode"] { pooling = mode }
            append(
                FeatureRoute(
                    feature: feature, operation: node.operationName, pooling: pooling, table: table,
                    width: graph.type(result).dimensions.last?.size, modules: reach.modules(result),
                    outputs: reach.outputs(result)), to: &routes)
        }
        let known = Set(routes.map(\.feature))
        for input in graph.inputs where input.name.hasSuffix(".values") {
            let feature = String(input.name.dropLast(".values".count))
            let type = graph.type(input.value)
            guard !known.contains(feature), type.dtype.isFloatingPoint else { continue }
            append(
                FeatureRoute(
                    feature: feature, operation: "dense", pooling: nil, table: nil,
                    width: type.rank > 1 ? type.dimensions.last?.size : 1, modules: reach.modules(input.value),
                    outputs: reach.outputs(input.value)), to: &routes)
        }
        return routes
    }

    /// Adds `route`; one of the same feature, table and op takes its modules instead.
    private static func append(_ route: FeatureRoute, to routes: inout [FeatureRoute]) {
        let same = routes.firstIndex {
            $0.feature == route.feature && $0.table == route.table && $0.operation == route.operation
                && $0.pooling == route.pooling
        }
        guard let same else { return routes.append(route) }
        routes[same].modules += route.modules.filter { !routes[same].modules.contains($0) }
        routes[same].outputs += route.outputs.filter { !routes[same].outputs.contains($0) }
    }

    static func section(_ routes: [FeatureRoute]) -> String? {
        guard !routes.isEmpty else { return nil }
        var table = TextTable([
            .text("feature"), .text("table"), .number("width"), .text("lookup"), .text("reaches"),
        ])
        for route in routes {
            let reached = shortened(route.modules) + route.outputs.map { "output \($0)" }
            table.add([
                route.feature, route.table.map { TableName($0).short } ?? "-", route.width.map(String.init) ?? "-",
                [route.operation, route.pooling].compactMap { $0 }.joined(separator: " "),
                reached.isEmpty ? "nothing" : reached.joined(separator: ", "),
            ])
        }
        return "features\n\(table.text(indent: "  "))"
    }

    /// Modules that differ only in their last number as one: `experts.{0,1,2}`.
    private static func shortened(_ modules: [String]) -> [String] {
        var result: [(prefix: String, numbers: [String])] = []
        for module in modules {
            let parts = module.split(separator: ".")
            guard let last = parts.last, parts.count > 1, last.allSatisfy(\.isNumber) else {
                result.append((module, []))
                continue
            }
            let prefix = parts.dropLast().joined(separator: ".")
            if let index = result.firstIndex(where: { $0.prefix == prefix && !$0.numbers.isEmpty }) {
                result[index].numbers.append(String(last))
            } else {
                result.append((prefix, [String(last)]))
            }
        }
        return result.map { entry in
            switch entry.numbers.count {
            case 0: return entry.prefix
            case 1: return "\(entry.prefix).\(entry.numbers[0])"
            default: return "\(entry.prefix).{\(entry.numbers.joined(separator: ","))}"
            }
        }
    }

    var facts: Fact {
        .object([
            "feature": .string(feature), "operation": .string(operation), "pooling": Fact(pooling),
            "table": Fact(table.map { TableName($0).short }), "full_table_name": Fact(table), "width": Fact(width),
            "modules": Fact(modules), "outputs": Fact(outputs),
        ])
    }
}
