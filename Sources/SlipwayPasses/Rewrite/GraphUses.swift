import SlipwayGraph

/// Who makes and who reads each value of a graph.
struct GraphUses {
    private let graph: Graph
    private let producers: [Int?]
    private let readers: [[Int]]
    private let isOutput: [Bool]

    init(_ graph: Graph) {
        self.graph = graph
        var producers = [Int?](repeating: nil, count: graph.values.count)
        var readers = [[Int]](repeating: [], count: graph.values.count)
        var isOutput = [Bool](repeating: false, count: graph.values.count)
        for (position, node) in graph.nodes.enumerated() {
            for result in node.results { producers[result.index] = position }
            for operand in node.operands { readers[operand.value.index].append(position) }
        }
        for output in graph.outputs { isOutput[output.value.index] = true }
        self.producers = producers
        self.readers = readers
        self.isOutput = isOutput
    }

    /// The node that makes `value`; nil for inputs and parameters.
    func producer(of value: ValueID?) -> Node? {
        guard let value, let position = producers[value.index] else { return nil }
        return graph.nodes[position]
    }

    /// True when exactly one operand reads `value` and it is no output.
    func hasOneReader(_ value: ValueID) -> Bool { readers[value.index].count == 1 && !isOutput[value.index] }

    /// The rows, or the sequence, that `value` repeats for every candidate; nil when it is not tiled.
    func tiled(_ value: ValueID?) -> (rows: ValueID, count: ValueID, lengths: ValueID?)? {
        guard let node = producer(of: value), let count = node.operand("count") else { return nil }
        if node.operation is Tile, let rows = node.operand("rows") { return (rows, count, nil) }
        if node.operation is JaggedTile, let rows = node.operand("values"), let lengths = node.operand("lengths") {
            return (rows, count, lengths)
        }
        return nil
    }

    /// A request's sequence where `values` with `lengths` are it repeated for every candidate; nil when they are not.
    func tiledSequence(_ values: ValueID, _ lengths: ValueID) -> (values: ValueID, lengths: ValueID, count: ValueID)? {
        guard let sequence = tiled(values), let own = sequence.lengths, let rows = tiled(lengths), rows.lengths == nil,
            rows.rows == own, rows.count == sequence.count
        else { return nil }
        return (sequence.rows, own, sequence.count)
    }
}
