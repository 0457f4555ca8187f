import SlipwayGraph

/// A graph file on its own.
struct GraphInspection: InspectedSubject {
    private let name: String
    private let graph: GraphFacts

    init(_ graph: Graph, showsGraph: Bool) {
        name = graph.name
        self.graph = GraphFacts(graph, showsGraph: showsGraph)
    }

    func sections() -> [String] {
        [TextTable(pairs: [("name", name)] + graph.pairs).text()] + graph.sections()
    }

    func facts() -> [String: Fact] {
        graph.facts().merging(["name": .string(name)]) { $1 }
    }
}
