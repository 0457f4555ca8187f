public import SlipwayGraph

/// A graph cut into regions that a backend compiles and nodes that it does not.
///
/// Going along the graph, every change from one kind to the other opens a new stage; the compiled nodes of one stage are one
/// region. So no value leaves a region and comes back.
public struct RegionPartition: Sendable {
    public struct Region: Sendable {
        /// Positions in order.
        public var nodes: [Int]
        /// Values from elsewhere, weights excepted, in the order they are read.
        public var inputs: [ValueID]
        /// Values that others read or the graph gives, in the order they are made.
        public var outputs: [ValueID]
    }

    public let regions: [Region]
    /// Nodes left to the portable backend although they were wanted: ops by name with the reason.
    public let refused: [String: String]

    /// - Parameters:
    ///   - isWanted: whether a node should be compiled at all.
    ///   - refusal: why a wanted node cannot be; nil when it can.
    public init(_ graph: Graph, isWanted: (Node) -> Bool, refusal: (Node) -> String?) {
        let parameters = Set(graph.parameters.map(\.value))
        var needed = Set(graph.outputs.map(\.value))
        var isLive = [Bool](repeating: false, count: graph.nodes.count)
        for (position, node) in graph.nodes.enumerated().reversed() where node.results.contains(where: needed.contains)
        {
            isLive[position] = true
            needed.formUnion(node.operands.map(\.value))
        }
        var stages: [ValueID: Int] = [:]
        var nodes: [Int: [Int]] = [:]
        var refused: [String: String] = [:]
        for (position, node) in graph.nodes.enumerated() where isLive[position] {
            let latest = node.operands.compactMap { stages[$0.value] }.max() ?? 0
            var compiles = isWanted(node)
            if compiles, let reason = refusal(node) {
                compiles = false
                refused[node.operationName] = reason
            }
            // Odd stages are compiled.
            let stage = latest + (latest % 2 == (compiles ? 1 : 0) ? 0 : 1)
            for result in node.results { stages[result] = stage }
            if compiles { nodes[stage, default: []].append(position) }
        }
        let given = Set(graph.outputs.map(\.value))
        regions = nodes.sorted { $0.key < $1.key }.map { _, positions in
            let own = Set(positions)
            let made = Set(positions.flatMap { graph.nodes[$0].results })
            var inputs: [ValueID] = []
            for position in positions {
                for operand in graph.nodes[position].operands
                where !made.contains(operand.value) && !parameters.contains(operand.value) {
                    if !inputs.contains(operand.value) { inputs.append(operand.value) }
                }
            }
            var readElsewhere = given
            for (position, node) in graph.nodes.enumerated() where isLive[position] && !own.contains(position) {
                readElsewhere.formUnion(node.operands.map(\.value))
            }
            let outputs = positions.flatMap { graph.nodes[$0].results }.filter { readElsewhere.contains($0) }
            return Region(nodes: positions, inputs: inputs, outputs: outputs)
        }
        self.refused = refused
    }
}
