import Foundation
import SlipwayArtifact
import SlipwayCore
import SlipwayGraph
import SlipwayGraphFixtures
import SlipwayKernels
import SlipwayTestSupport
import Testing

@testable import SlipwayBackendAOT
@testable import SlipwayRuntime

/// A graph with random weights, compiled for this machine.
struct CompiledGraph {
    let graph: Graph
    let predictor: Predictor
    let source: ModelSource
    private let parameters: [String: Tensor]

    /// The target that this machine runs; nil where there is none or no compiler.
    static let target = AOTTarget.ofThisMachine
    static let compiler = try? Clang(environment: ProcessInfo.processInfo.environment)
    static var isAvailable: Bool { target != nil && compiler != nil }

    init(_ graph: Graph, mode: ModelSource.Mode, maxBatchSize: Int = 512, seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var parameters: [String: Tensor] = [:]
        var dense: [String: Tensor] = [:]
        var tables: [String: StoredTable] = [:]
        for parameter in graph.parameters {
            let type = graph.type(parameter.value)
            let shape = type.dimensions.compactMap(\.size)
            let range: ClosedRange<Float> = parameter.name.contains("variance") ? 0.5...2 : -1...1
            let values = random.floats(shape.reduce(1, *), in: range)
            parameters[parameter.name] = Tensor(shape: shape, floats: values)
            guard parameter.isTable else {
                dense[parameter.name] = Tensor(shape: shape, floats: values)
                continue
            }
            let rowBytes = type.dtype.rowBytes(width: shape[1])
            var bytes = [UInt8](repeating: 0, count: shape[0] * rowBytes)
            try values.withUnsafeBufferPointer { source in
                try bytes.withUnsafeMutableBytes { target in
                    let out = try #require(target.baseAddress)
                    try RowQuantizer.quantize(
                        MatrixView(source.baseAddress, rows: shape[0], columns: shape[1]), to: type.dtype, out: out,
                        outStrideBytes: rowBytes)
                }
            }
            let stored = try StoredTable(
                name: parameter.name, dtype: type.dtype, rowCount: shape[0], width: shape[1], copying: bytes)
            tables[parameter.name] = stored
            let view = try EmbeddingTableView(
                stored.bytes, rowCount: shape[0], rowStrideBytes: rowBytes, width: shape[1], dtype: type.dtype)
            var floats = values
            try floats.withUnsafeMutableBufferPointer {
                try view.dequantize(
                    from: 0, out: MutableMatrixView($0.baseAddress, rows: shape[0], columns: shape[1]))
            }
            parameters[parameter.name] = Tensor(shape: shape, floats: floats)
        }
        let known = dense
        source = try ModelSource(graph, mode: mode, maxBatchSize: maxBatchSize) { try #require(known[$0.name]) }
        let compiler = try #require(Self.compiler)
        let target = try #require(Self.target)
        let object = try CompiledObject(bytes: try compiler.compile(source.text, for: [target])[0], name: "test")
        try object.setWeights(source.weights.map { ($0.form, $0.tensor) })
        let regions = try source.plan.regions.enumerated().map { index, region in
            try AOTLoader.region(region, index, object, graph)
        }
        predictor = try Predictor(
            graph: graph, dense: dense, tables: tables, options: PlanOptions(), regions: regions,
            maximumRows: maxBatchSize)
        self.graph = graph
        self.parameters = parameters
    }

    /// Random inputs of `rows` candidates of `users` requests, sequences of 0 to `steps` steps.
    func inputs(rows: Int, users: Int, steps: Int32 = 5, seed: UInt64) -> InputBatch {
        var random = SeededRandom(seed: seed)
        var batch = InputBatch(slots: graph.inputSlots)
        batch.rowCount = rows
        var sizes = ["B": rows, "U": users]
        for (index, input) in graph.inputs.enumerated() where graph.type(input.value).dtype == .i32 {
            if input.name == "batch_size" {
                var rest = rows
                batch.buffers[index].int32 = (0..<users).map { user in
                    let count = user == users - 1 ? rest : Int.random(in: 0...rest, using: &random)
                    rest -= count
                    return Int32(count)
                }
                continue
            }
            let count = sizes[graph.type(input.value).dimensions[0].description] ?? 0
            let lengths = (0..<count).map { _ in Int32.random(in: 0...steps, using: &random) }
            batch.buffers[index].int32 = lengths
            sizes[String(input.name.prefix { $0 != "." })] = lengths.reduce(0) { $0 + Int($1) }
        }
        for (index, input) in graph.inputs.enumerated() {
            let type = graph.type(input.value)
            let count = sizes[String(input.name.prefix { $0 != "." })] ?? sizes[type.dimensions[0].description] ?? 0
            switch type.dtype {
            case .i64: batch.buffers[index].int64 = (0..<count).map { _ in Int64.random(in: 0..<7, using: &random) }
            case .f32: batch.buffers[index].float = random.floats(count * batch.slots[index].width, in: -1...1)
            default: break
            }
        }
        return batch
    }

    func expected(_ batch: InputBatch) throws -> [String: Tensor] {
        try ReferenceEvaluator(graph: graph, parameters: parameters).run(graph.tensors(of: batch))
    }

    /// Compares every output with the reference evaluator's.
    func check(rows: Int, users: Int, steps: Int32 = 5, tolerance: Float = 1e-5) throws {
        let batch = inputs(rows: rows, users: users, steps: steps, seed: UInt64(rows * 31 + users))
        let found = try predictor.run(batch, scratch: PredictorScratch(for: predictor))
        for (name, tensor) in try expected(batch) {
            let output = try #require(found[name])
            #expect(output.shape == tensor.shape, "\(name), B = \(rows), U = \(users)")
            let gap = zip(output.floats, tensor.floats).reduce(Float(0)) { worst, pair in
                let gap = abs(pair.0 - pair.1) / (1 + abs(pair.1))
                return gap.isNaN ? .infinity : max(worst, gap)
            }
            #expect(gap <= tolerance, "\(name), B = \(rows), U = \(users): off by \(gap)")
        }
    }
}
