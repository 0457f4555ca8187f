import Foundation
import SlipwayConfig
import SlipwayCore
import SlipwayFeatures
import SlipwayGraph
import SlipwayModels
import SlipwayTestSupport

/// Random weights and inputs of a graph for the reference evaluator.
struct PassFixture {
    let parameters: [String: Tensor]
    let inputs: [String: Tensor]

    /// Three requests with two, no and three candidates; sequences of 0 to 4 steps.
    init(_ graph: Graph, seed: UInt64) {
        var random = SeededRandom(seed: seed)
        func floats(_ count: Int, _ range: ClosedRange<Float>) -> [Float] {
            (0..<count).map { _ in Float.random(in: range, using: &random) }
        }
        var parameters: [String: Tensor] = [:]
        for parameter in graph.parameters {
            let type = graph.type(parameter.value)
            let shape = type.dimensions.compactMap(\.size)
            let count = shape.reduce(1, *)
            let isVariance = parameter.name.contains("var")
            parameters[parameter.name] =
                type.dtype == .i64
                ? Tensor(shape: shape, ints: (0..<Int64(count)).map { $0 })
                : Tensor(shape: shape, floats: floats(count, isVariance ? 0.5...2 : -0.5...0.5))
        }
        self.parameters = parameters

        let requests: [Int64] = [2, 0, 3]
        let isTiled = graph.inputs.contains { $0.name == "batch_size" }
        var sizes = ["U": 3, "B": isTiled ? 5 : 4]
        var inputs: [String: Tensor] = [:]
        var lengths: [String: [Int64]] = [:]
        for input in graph.inputs where input.name.hasSuffix(".lengths") {
            let feature = String(input.name.dropLast(8))
            let sequence = feature.components(separatedBy: "__")[0]
            let rows = sizes[graph.type(input.value).dimensions[0].description] ?? 0
            let own = lengths["\(sequence) \(rows)"] ?? (0..<rows).map { _ in Int64.random(in: 0...4, using: &random) }
            lengths["\(sequence) \(rows)"] = own
            inputs[input.name] = Tensor(shape: [rows], ints: own)
            sizes[feature] = Int(own.reduce(0, +))
        }
        for input in graph.inputs where input.name.hasSuffix(".key_lengths") {
            let feature = String(input.name.dropLast(12))
            let steps = sizes[feature] ?? 0
            let keys = (0..<steps).map { _ in Int64.random(in: 0...2, using: &random) }
            inputs[input.name] = Tensor(shape: [steps], ints: keys)
            sizes[feature] = Int(keys.reduce(0, +))
        }
        for input in graph.inputs where inputs[input.name] == nil {
            let type = graph.type(input.value)
            guard input.name != "batch_size" else {
                inputs[input.name] = Tensor(shape: [3], ints: requests)
                continue
            }
            let feature = String(input.name.prefix { $0 != "." })
            let rows = sizes[feature] ?? sizes[type.dimensions[0].description] ?? 0
            let shape = [rows] + type.dimensions.dropFirst().compactMap(\.size)
            inputs[input.name] =
                type.dtype == .f32
                ? Tensor(shape: shape, floats: floats(shape.reduce(1, *), -1...1))
                : Tensor(shape: shape, ints: (0..<rows).map { _ in Int64.random(in: 0..<3, using: &random) })
        }
        self.inputs = inputs
    }

    func run(_ graph: Graph) throws -> [String: Tensor] {
        try ReferenceEvaluator(graph: graph, parameters: parameters).run(inputs)
    }

    /// The largest difference, relative to 1 + the expected size; infinite where shapes differ.
    static func gap(_ found: [String: Tensor], _ expected: [String: Tensor]) -> Double {
        guard Set(found.keys) == Set(expected.keys) else { return .infinity }
        var largest = 0.0
        for (name, tensor) in expected {
            guard let other = found[name], other.shape == tensor.shape else { return .infinity }
            if case .int(let values) = tensor.storage {
                guard other.ints == values else { return .infinity }
                continue
            }
            for (a, b) in zip(other.floats, tensor.floats) where !(a.isNaN && b.isNaN) {
                let gap = Double(abs(a - b) / (1 + abs(b)))
                largest = gap.isNaN ? .infinity : max(largest, gap)
            }
        }
        return largest
    }
}

/// Configs of models beside the checkout, by case.
enum GoldenConfigs {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared/goldens")

    static let names: [String] = {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return entries.sorted().filter { name in (try? parts(name, isTiled: false)) != nil }
    }()

    static func parts(_ name: String, isTiled: Bool) throws -> [ModelPart] {
        let path = folder.appendingPathComponent("\(name)/pipeline.config").path
        let config = try PipelineConfig.load(path: path).config
        guard let kind = ModelKind(of: config.modelConfig) else { return [] }
        // Kinds that refuse tiles have nothing to test there.
        if isTiled, (try? ModelCatalogue.checkTile(kind: kind.name)) == nil { return [] }
        let context = ModelContext(
            config: config, features: try FeatureSet.make(config), options: ModelOptions(isTiled: isTiled))
        return try ModelCatalogue.parts(context, kind: kind.name)
    }
}

extension PassFixture {
    /// The value of a parameter, constants included.
    func value(of parameter: Parameter, _ graph: Graph) -> Tensor? {
        if case .constant(let values) = parameter.source {
            let type = graph.parameters.first { $0.name == parameter.name }.map { graph.type($0.value) }
            return Tensor(shape: type?.dimensions.compactMap(\.size) ?? [values.count], floats: values)
        }
        return parameters[parameter.name]
    }

    /// With more parameters.
    func adding(_ values: [String: Tensor]) -> PassFixture {
        PassFixture(parameters: parameters.merging(values) { $1 }, inputs: inputs)
    }

    private init(parameters: [String: Tensor], inputs: [String: Tensor]) {
        self.parameters = parameters
        self.inputs = inputs
    }
}
