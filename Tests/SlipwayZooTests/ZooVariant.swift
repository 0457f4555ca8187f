import Foundation
import SlipwayConfig
import SlipwayCore
import SlipwayFeatures
import SlipwayGraph
import SlipwayModels
import Testing

/// One small config of a kind: what stands behind `# variant: <name>` in `Fixtures/<kind>.config` is its `model_config`.
struct ZooVariant: Sendable, CustomTestStringConvertible {
    let kind: String
    let name: String
    let model: String

    var testDescription: String { "\(kind)/\(name)" }

    /// Of every kind of the catalogue, in order.
    static let all: [ZooVariant] = ModelCatalogue.all.flatMap { (try? of($0.kind)) ?? [] }

    static let folder = Bundle.module.bundleURL.appendingPathComponent("Fixtures")

    static func text(_ file: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
    }

    static func of(_ kind: String) throws -> [ZooVariant] {
        try text("\(kind).config").components(separatedBy: "# variant: ").dropFirst().map { piece in
            let end = try #require(piece.firstIndex(of: "\n"))
            return ZooVariant(
                kind: kind, name: piece[..<end].trimmingCharacters(in: .whitespaces), model: String(piece[end...]))
        }
    }

    /// The graphs of a config with the shared features and this `model_config`.
    func parts(_ options: ModelOptions = ModelOptions()) throws -> [ModelPart] {
        let text = try Self.text("features.config") + "\nmodel_config {\n\(model)\n}\n"
        let config = try PipelineConfig.parse(text: text, fileName: "\(kind)/\(name)").config
        _ = try PipelineConfig.validate(config)
        return try ModelCatalogue.parts(
            ModelContext(config: config, features: try FeatureSet.make(config), options: options), kind: kind)
    }
}

/// What TorchEasyRec gives for a variant: see `scripts/make_zoo_expectations.py`.
struct ZooExpectation: Decodable {
    struct Numbers: Decodable {
        let shape: [Int]
        let values: [Double]
    }

    let parameters: [String: [Int]]
    /// The values of integers that a graph reads.
    let integers: [String: [Int64]]
    /// By name; of a part `<part>/<name>`.
    let outputs: [String: Numbers]

    /// Of the variants of `kind`; none when TorchEasyRec cannot build it.
    static func all(of kind: String) throws -> [String: ZooExpectation] {
        try JSONDecoder().decode([String: ZooExpectation].self, from: Data(try ZooVariant.text("\(kind).json").utf8))
    }

    /// The rows that TorchEasyRec was given.
    static func inputs() throws -> [String: Tensor] {
        struct Input: Decodable {
            let dtype: String
            let shape: [Int]
            let values: [Double]
        }
        let inputs = try JSONDecoder().decode(
            [String: Input].self, from: Data(try ZooVariant.text("inputs.json").utf8))
        return inputs.mapValues { input in
            input.dtype == "float32"
                ? Tensor(shape: input.shape, floats: input.values.map { Float($0) })
                : Tensor(shape: input.shape, ints: input.values.map { Int64($0) })
        }
    }
}
