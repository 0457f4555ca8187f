import SlipwayArtifact
import SlipwayCore
import SlipwayGraph
import SlipwayRuntime

/// The layers of a graph that are worth fewer bits, and the range of what they read.
struct LayerInputs {
    /// What each layer's weight multiplies, by parameter.
    let inputs: [(parameter: Parameter, values: [ValueID])]

    /// Sizes below which a layer gains nothing.
    private static let smallest = 8

    /// Weights that nothing but linear layers reads.
    init(_ graph: Graph) {
        var inputs: [ValueID: [ValueID]] = [:], others = Set(graph.outputs.map(\.value))
        for node in graph.nodes {
            let weight = node.operation is Linear ? node.operand("weight") : nil
            if let weight, let input = node.operand("input") { inputs[weight, default: []].append(input) }
            for operand in node.operands where operand.value != weight || operand.role != "weight" {
                others.insert(operand.value)
            }
        }
        self.inputs = graph.denseParameters.compactMap { parameter in
            let shape = graph.type(parameter.value).dimensions.compactMap(\.size)
            guard let values = inputs[parameter.value], !others.contains(parameter.value), shape.count == 2,
                shape.allSatisfy({ $0 >= Self.smallest }), shape[1] <= 1 << 16
            else { return nil }
            return (parameter, values)
        }
    }

    /// What calibration knows of a layer.
    struct Calibration {
        /// The range that its codes cover.
        let range: ReducedWeight.InputRange
        /// Rows that it multiplies.
        let rows: Int
    }

    /// The range of finite numbers that each layer reads of `batches`, by parameter. All of it is covered: cutting off what is
    /// far loses less in squares, but moves single scores further.
    func calibrate(_ model: FloatModel, _ batches: [InputBatch]) throws -> [String: Calibration] {
        let values = Set(inputs.flatMap(\.values)).sorted { $0.index < $1.index }
        let graph = model.graph
        let watched = Graph(
            name: graph.name, values: graph.values, inputs: graph.inputs, parameters: graph.parameters,
            nodes: graph.nodes, outputs: values.map { ("value \($0.index)", $0) })
        let predictor = try Predictor(graph: watched, dense: model.dense, tables: model.tables, badIDs: .map)
        let scratch = PredictorScratch(for: predictor)
        var low: [ValueID: Float] = [:], high: [ValueID: Float] = [:], counts: [ValueID: Int] = [:]
        for batch in batches {
            let outputs = try predictor.run(batch, scratch: scratch)
            for value in values {
                let numbers = outputs["value \(value.index)"]?.floats ?? []
                counts[value, default: 0] += numbers.count
                for number in numbers where number.isFinite {
                    low[value] = min(low[value] ?? number, number)
                    high[value] = max(high[value] ?? number, number)
                }
            }
        }
        return Dictionary(
            inputs.map { parameter, values in
                let width = max(graph.type(parameter.value).dimensions.last?.size ?? 1, 1)
                let range = ReducedWeight.InputRange(
                    covering: values.compactMap { low[$0] }.min() ?? 0, values.compactMap { high[$0] }.max() ?? 0)
                return (
                    parameter.name, Calibration(range: range, rows: values.reduce(0) { $0 + (counts[$1] ?? 0) } / width)
                )
            }, uniquingKeysWith: { first, _ in first })
    }
}
