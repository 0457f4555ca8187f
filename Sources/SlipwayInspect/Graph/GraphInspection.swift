import SlipwayGraph

/// A graph file on its own.
struct GraphInspection: InspectedSubject {
    private let name: String
    private let graph: GraphFacts
    private let source: Graph

    init(_ graph: Graph, showsGraph: Bool) {
        name = graph.name
        source = graph
        self.graph = GraphFacts(graph, showsGraph: showsGraph)
    }

    func sections() -> [String] {
        [TextTable(pairs: [("name", name)] + graph.pairs).text()] + graph.sections()
    }

    func drawings() -> [ModelDrawing] { [ModelDrawing.make(source, title: name)] }
    func printedGraphs() -> [String] { [GraphPrinter.print(source)] }

    func facts() -> [String: Fact] {
        graph.facts().merging(["name": .string(name)]) { $1 }
    }
}
