import SlipwayCore
import SlipwayGraph
import SlipwayPasses
import SlipwayRuntime

/// The ids that the lookups of a graph read for given inputs: those of inputs as they are, others by running the steps that
/// make them.
struct LookedUpIDs {
    private let inputs: [ValueID: String]
    private let made: [(name: String, value: ValueID)]
    private let predictor: Predictor?

    init(_ graph: Graph, _ ids: Set<ValueID>, dense: [String: Tensor]) throws {
        let names = Dictionary(graph.inputs.map { ($0.value, $0.name) }, uniquingKeysWith: { first, _ in first })
        inputs = names.filter { ids.contains($0.key) }
        made = ids.subtracting(names.keys).sorted { $0.index < $1.index }.map { ("ids\($0.index)", $0) }
        guard !made.isEmpty else {
            predictor = nil
            return
        }
        let steps = try EliminateDeadCode.run(
            Graph(
                name: graph.name, values: graph.values, inputs: graph.inputs, parameters: graph.parameters,
                nodes: graph.nodes, outputs: made)
        ).graph
        predictor = try Predictor(graph: steps, dense: dense, tables: [:])
    }

    func read(_ batch: InputBatch) throws -> [ValueID: [Int64]] {
        var result: [ValueID: [Int64]] = [:]
        for (value, name) in inputs {
            if let slot = batch.index(of: name) { result[value] = batch.buffers[slot].int64 }
        }
        if let predictor {
            let outputs = try predictor.run(batch, scratch: PredictorScratch(for: predictor))
            for (name, value) in made { result[value] = outputs[name]?.ints ?? [] }
        }
        return result
    }
}
