import SlipwayCore
import SlipwayGraph
import SlipwayModels
import SlipwayPasses
import SlipwayRuntime
import SlipwayTestSupport
import Testing

/// The graph passes on every variant of every kind, against the reference evaluator on the graph as built.
@Suite struct ZooPassTests {
    private static let tolerance = 1e-5

    @Test(arguments: ZooVariant.all) func everyPassKeepsTheScores(_ variant: ZooVariant) throws {
        for part in try variant.parts() {
            let weights = try ZooWeights(part.graph)
            var random = SeededRandom(seed: 11)
            let rows = try ZooRows(part.graph, rowCount: 5, random: &random)
            let expected = try ReferenceEvaluator(graph: part.graph, parameters: weights.all).run(rows.tensors)
            try check(part.graph, weights, rows, expected, "\(variant) \(part.name)")
        }
    }

    /// User inputs once a request give what they give repeated for every candidate, after every pass.
    @Test(arguments: ZooVariant.all) func userInputsOnceGiveTheSame(_ variant: ZooVariant) throws {
        let plain = try variant.parts()
        let tiled: [ModelPart]
        do {
            tiled = try variant.parts(ModelOptions(isTiled: true))
        } catch let error as SlipwayError where error.code == .unsupported && error.message.contains("INPUT_TILE") {
            return
        }
        let counts = [2, 0, 3]
        for (tiled, plain) in zip(tiled, plain) {
            let weights = try ZooWeights(plain.graph)
            var random = SeededRandom(seed: 7)
            let users = try ZooRows(plain.graph, rowCount: counts.count, random: &random).tensors
            let items = try ZooRows(plain.graph, rowCount: 5, random: &random).tensors
            var once: [String: Tensor] = [:]
            var repeated: [String: Tensor] = [:]
            for input in tiled.graph.inputs {
                if input.name == "batch_size" {
                    once[input.name] = Tensor(shape: [3], ints: counts.map(Int64.init))
                } else if tiled.graph.type(input.value).side == .user {
                    once[input.name] = users[input.name]
                    repeated[input.name] = Self.repeating(input.name, users, counts)
                } else {
                    once[input.name] = items[input.name]
                    repeated[input.name] = items[input.name]
                }
            }
            let expected = try ReferenceEvaluator(graph: plain.graph, parameters: weights.all).run(repeated)
            let rows = try ZooRows(tiled.graph, rowCount: 5, once)
            try check(tiled.graph, weights, rows, expected, "\(variant) \(tiled.name)")
        }
    }

    /// Runs the graph after every pass, and the last one on the portable backend.
    private func check(
        _ graph: Graph, _ weights: ZooWeights, _ rows: ZooRows, _ expected: [String: Tensor], _ note: String
    ) throws {
        let stages = try PassPipeline.stages(of: graph)
        for stage in stages {
            let found = try ReferenceEvaluator(graph: stage.graph, parameters: weights.all).run(rows.tensors)
            for (name, tensor) in expected {
                let other = try #require(found[name])
                #expect(other.shape == tensor.shape, "\(note) \(name) after \(stage.name)")
                let difference = gap(other.floats.map { Double($0) }, tensor.floats.map { Double($0) })
                #expect(difference <= Self.tolerance, "\(note) \(name) after \(stage.name): off by \(difference)")
            }
        }
        let last = stages[stages.count - 1].graph
        let predictor = try Predictor(graph: last, dense: weights.dense, tables: weights.tables)
        let scored = try predictor.run(rows.batch, scratch: PredictorScratch(for: predictor))
        for (name, tensor) in expected {
            let output = try #require(scored[name])
            let values = output.isInteger ? output.ints.map { Double($0) } : output.floats.map { Double($0) }
            let difference = gap(values, tensor.floats.map { Double($0) })
            #expect(difference <= Self.tolerance, "\(note) \(name), predicted: off by \(difference)")
        }
    }

    /// One input with the rows of each request repeated for its candidates; nil when it is not there.
    private static func repeating(_ name: String, _ tensors: [String: Tensor], _ counts: [Int]) -> Tensor? {
        guard let tensor = tensors[name] else { return nil }
        let feature = String(name.prefix { $0 != "." })
        var bounds = Array(0...counts.count)
        func add(_ lengths: Tensor?) {
            guard let lengths else { return }
            var sums = [0]
            for length in lengths.ints { sums.append((sums.last ?? 0) + Int(length)) }
            bounds = bounds.map { sums[$0] }
        }
        if !name.hasSuffix(".lengths") {
            add(tensors["\(feature).lengths"])
            if !name.hasSuffix(".key_lengths") { add(tensors["\(feature).key_lengths"]) }
        }
        let width = tensor.shape.dropFirst().reduce(1, *)
        var places: [Int] = []
        for (user, count) in counts.enumerated() {
            for _ in 0..<count { places += bounds[user] * width..<bounds[user + 1] * width }
        }
        let shape = [width == 0 ? 0 : places.count / width] + tensor.shape.dropFirst()
        switch tensor.storage {
        case .float(let values): return Tensor(shape: shape, floats: places.map { values[$0] })
        case .int(let values): return Tensor(shape: shape, ints: places.map { values[$0] })
        }
    }
}
