import SlipwayCore
import SlipwayGraph

/// Who makes and who reads each value of a graph, and which nodes matter.
struct GraphAnalysis {
    let graph: Graph
    /// Position of the node that makes a value.
    let producer: [Int?]
    /// Positions of the live nodes that read a value, once per operand.
    let consumers: [[Int]]
    let isOutput: [Bool]
    /// Parameter of a value.
    let parameter: [Parameter?]
    /// False for nodes whose results nobody reads.
    let isLive: [Bool]
    /// Positions of nodes that compiled regions run.
    let compiled: Set<Int>

    init(_ graph: Graph, compiled: Set<Int> = []) {
        self.graph = graph
        self.compiled = compiled
        var producer = [Int?](repeating: nil, count: graph.values.count)
        for (position, node) in graph.nodes.enumerated() {
            for result in node.results { producer[result.index] = position }
        }
        var isOutput = [Bool](repeating: false, count: graph.values.count)
        for output in graph.outputs { isOutput[output.value.index] = true }
        var needed = isOutput
        var isLive = [Bool](repeating: false, count: graph.nodes.count)
        for (position, node) in graph.nodes.enumerated().reversed()
        where node.results.contains(where: { needed[$0.index] }) {
            isLive[position] = true
            for operand in node.operands { needed[operand.value.index] = true }
        }
        var consumers = [[Int]](repeating: [], count: graph.values.count)
        for (position, node) in graph.nodes.enumerated() where isLive[position] {
            for operand in node.operands { consumers[operand.value.index].append(position) }
        }
        var parameter = [Parameter?](repeating: nil, count: graph.values.count)
        for entry in graph.parameters { parameter[entry.value.index] = entry }
        self.producer = producer
        self.consumers = consumers
        self.isOutput = isOutput
        self.parameter = parameter
        self.isLive = isLive
    }

    /// The only reader of `value`, when there is exactly one, the value is no output and a step of the plan reads it.
    func onlyReader(of value: ValueID) -> Int? {
        guard !isOutput[value.index], consumers[value.index].count == 1 else { return nil }
        let reader = consumers[value.index][0]
        return compiled.contains(reader) ? nil : reader
    }

    /// The value whose elements `value` has, in the same rows, without any work: through reshapes, and through
    /// alignments to
    /// the lengths a value already has. `value` itself when it is made by work.
    func origin(of value: ValueID) -> ValueID {
        var current = value
        while let position = producer[current.index], !compiled.contains(position) {
            let node = graph.nodes[position]
            if node.operation is Reshape, let input = node.operand("input") {
                current = input
            } else if node.operation is JaggedAlign, node.operand("lengths") == node.operand("target"),
                let values = node.operand("values")
            {
                current = values
            } else {
                break
            }
        }
        return current
    }
}
