import Foundation
import SlipwayConfig
import SlipwayCore
import SlipwayFeatures
import SlipwayGraph
import Testing

@testable import SlipwayModels

/// A config with weights, inputs and what TorchEasyRec's own model class computed from them in eval mode.
struct UpstreamVariant: Decodable, Sendable {
    let config: String
    /// Weights by checkpoint name.
    let state: [String: Array]
    let inputs: [String: Array]
    let outputs: [String: Array]

    /// A tensor of the fixture: little-endian bytes in base64.
    struct Array: Decodable, Sendable {
        let shape: [Int]
        let dtype: String
        let data: Data

        var tensor: Tensor {
            get throws {
                switch dtype {
                case "float32": return Tensor(shape: shape, floats: elements(Float.self))
                case "int32": return Tensor(shape: shape, ints: elements(Int32.self).map(Int64.init))
                case "int64": return Tensor(shape: shape, ints: elements(Int64.self))
                default: throw SlipwayError(.unsupported, "fixture dtype \(dtype)")
                }
            }
        }

        private func elements<T: BitwiseCopyable>(_: T.Type) -> [T] {
            data.withUnsafeBytes { bytes in
                (0..<bytes.count / MemoryLayout<T>.size).map {
                    bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: T.self)
                }
            }
        }
    }

    /// All variants of the fixture `file`, by name.
    static func load(_ file: String) throws -> [String: UpstreamVariant] {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/\(file)", withExtension: "json"))
        let decoder = JSONDecoder()
        decoder.dataDecodingStrategy = .base64
        return try decoder.decode([String: UpstreamVariant].self, from: Data(contentsOf: url))
    }

    /// The graphs of the config's model.
    func graphs() throws -> [Graph] {
        let config = try PipelineConfig.parse(text: config, fileName: "fixture").config
        let kind = try #require(ModelKind(of: config.modelConfig))
        let context = ModelContext(config: config, features: try FeatureSet.make(config), options: ModelOptions())
        return try ModelCatalogue.parts(context, kind: kind.name).map(\.graph)
    }

    /// What the reference evaluator makes of the inputs, over all parts.
    func evaluated() throws -> [String: Tensor] {
        var results: [String: Tensor] = [:]
        for graph in try graphs() {
            let weights = try Dictionary(
                uniqueKeysWithValues: graph.parameters.compactMap { parameter in
                    try state[parameter.name].map { (parameter.name, try $0.tensor) }
                })
            let inputs = try Dictionary(
                uniqueKeysWithValues: graph.inputs.compactMap { input in
                    try self.inputs[input.name].map { (input.name, try $0.tensor) }
                })
            let evaluator = try ReferenceEvaluator(graph: graph, parameters: weights)
            results.merge(try evaluator.run(inputs)) { first, _ in first }
        }
        return results
    }

    /// The largest |found − expected| / (1 + |expected|) over all outputs. Throws when one is missing or of another shape.
    func largestDifference() throws -> Double {
        let found = try evaluated()
        var largest = 0.0
        for (name, array) in outputs {
            let expected = try array.tensor
            let output = try #require(found[name], "no output \(name)")
            try #require(output.shape == expected.shape, "\(name)")
            if case .int(let values) = expected.storage {
                #expect(output.ints == values, "\(name)")
                continue
            }
            for (a, b) in zip(output.floats, expected.floats) {
                largest = max(largest, (a.isNaN ? .infinity : Double(abs(a - b))) / (1 + Double(abs(b))))
            }
        }
        return largest
    }
}
