import SlipwayCore
public import SlipwayGraph

/// What of a graph comes before its dense part: lookups, what only puts their rows side by side, and steps on ids and lengths.
public struct SparsePart: Sendable {
    /// What its nodes make.
    public let values: Set<ValueID>

    public init(_ graph: Graph) {
        let parameters = Set(graph.parameters.map(\.value))
        var known = Set(graph.inputs.map(\.value))
        var values: Set<ValueID> = []
        for node in graph.nodes {
            let reads = node.operands.map(\.value).filter { !parameters.contains($0) }
            let isLookup = node.operation is EmbeddingBag || node.operation is EmbeddingLookup
            let isPlacing =
                (node.operation is Concat || node.operation is JaggedAlign) && reads.allSatisfy(known.contains)
                && reads.contains(where: values.contains)
            guard isLookup || isPlacing || Self.isBookkeeping(node, graph) else { continue }
            known.formUnion(node.results)
            values.formUnion(node.results)
        }
        self.values = values
    }

    /// Whether a node only makes integers of integers.
    public static func isBookkeeping(_ node: Node, _ graph: Graph) -> Bool {
        !node.results.isEmpty && node.results.allSatisfy { !graph.type($0).dtype.isFloatingPoint }
            && node.operands.allSatisfy { !graph.type($0.value).dtype.isFloatingPoint }
    }
}
