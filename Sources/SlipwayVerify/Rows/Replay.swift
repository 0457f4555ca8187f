import SlipwayArtifact
import SlipwayCheckpoint
import SlipwayConfig
import SlipwayCore
import SlipwayGraph
import SlipwayRuntime

/// Runs the same rows through the package and through the graph's definition.
struct Replay {
    private let evaluator: ReferenceEvaluator
    /// The same with tables as training left them; nil where the package stores them so.
    private let plain: ReferenceEvaluator?
    private let predictor: Predictor
    private var rows: any ReplayRows
    private let graph: Graph

    /// The evaluator holds the values of a whole batch.
    private static let batchSize = 32

    init(graph: Graph, package: Package, source: any TensorSource, request: VerifyRequest, name: String) throws {
        self.graph = graph
        let weights = try ReferenceWeights(graph, source)
        evaluator = try ReferenceEvaluator(graph: graph, parameters: weights.quantized ?? weights.plain)
        plain = try weights.quantized == nil ? nil : ReferenceEvaluator(graph: graph, parameters: weights.plain)
        predictor = try Predictor(package: package)
        if let data = request.dataPath {
            rows = try FileRows(
                path: data, graph: graph,
                config: try PipelineConfig.load(path: try package.file(PackageFiles.pipelineConfig)).config,
                package: package, limit: request.rows, batchSize: Self.batchSize, environment: request.environment)
        } else {
            rows = try GeneratedRows(
                graph, dense: package.dense, seed: request.seed, limit: request.rows, batchSize: Self.batchSize)
        }
        try predictor.bind(slots: rows.slots)
    }

    /// - Parameter progress: gets the rows replayed so far, and in all where that is known.
    func run(progress: (Int, Int?) -> Void) throws -> [OutputDifference] {
        var rows = self.rows
        var differences = graph.outputs.map(\.name).filter { $0 != JaggedOutputs.lengthsName }.sorted()
            .map { OutputDifference(name: $0, isQuantized: plain != nil) }
        var inputs = InputBatch(slots: rows.slots)
        let scratch = PredictorScratch(for: predictor)
        var done = 0
        while try rows.next(into: &inputs) {
            let count = inputs.rowCount, first = done
            try withContext("replaying rows \(first) to \(first + count - 1)") {
                let outputs = try predictor.run(inputs, scratch: scratch)
                let tensors = try Self.tensors(inputs, graph)
                let expected = try evaluator.run(tensors)
                let plain = try plain?.run(tensors)
                for index in differences.indices {
                    let name = differences[index].name
                    guard let actual = outputs[name], let reference = expected[name] else {
                        throw SlipwayError(
                            .mismatch, "the package has no output \(name)", fix: "export the model again")
                    }
                    let rowOf = Self.rows(of: outputs, count: count)
                    try differences[index].add(
                        actual, reference, plain: plain?[name], firstRow: first, rowOf: { rowOf?[$0] ?? $0 })
                }
            }
            done += count
            for index in differences.indices { differences[index].rows = done }
            progress(done, rows.total)
        }
        return differences
    }

    /// The row of each element of lists a row; nil where outputs have one element a row.
    private static func rows(of outputs: PredictorOutputs, count: Int) -> [Int]? {
        guard let lengths = outputs[JaggedOutputs.lengthsName]?.ints else { return nil }
        return lengths.enumerated().flatMap { row, length in Array(repeating: row, count: max(0, Int(length))) }
    }

    /// A batch's buffers as the evaluator takes them.
    private static func tensors(_ inputs: InputBatch, _ graph: Graph) throws -> [String: Tensor] {
        var tensors: [String: Tensor] = [:]
        for input in graph.inputs {
            guard let slot = inputs.index(of: input.name) else {
                throw SlipwayError(
                    .mismatch, "the model reads input \(input.name), the package does not",
                    fix: "export the model again")
            }
            let tail = graph.type(input.value).dimensions.dropFirst().compactMap(\.size)
            let width = tail.reduce(1, *), buffer = inputs.buffers[slot]
            func shape(_ count: Int) -> [Int] { [width == 0 ? inputs.rowCount : count / width] + tail }
            switch inputs.slots[slot].element {
            case .int64: tensors[input.name] = Tensor(shape: shape(buffer.int64.count), ints: buffer.int64)
            case .int32:
                tensors[input.name] = Tensor(shape: shape(buffer.int32.count), ints: buffer.int32.map(Int64.init))
            case .float: tensors[input.name] = Tensor(shape: shape(buffer.float.count), floats: buffer.float)
            }
        }
        return tensors
    }
}
