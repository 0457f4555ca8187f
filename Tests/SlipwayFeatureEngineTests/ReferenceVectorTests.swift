import Foundation
import SlipwayCore
import SlipwayFeatureFixtures
import SlipwayTestSupport
import Testing

@testable import SlipwayFeatureEngine

/// The reference vectors of feature generation, where they lie beside the checkout.
@Suite(.enabled(if: Shared.isPresent)) struct ReferenceVectorTests {
    struct Vectors: Decodable {
        struct Vector: Decodable {
            struct Input: Decodable {
                let type: String
                let values: [AnyJSON]
            }
            let id: Int
            let kind: String
            let inputs: [String: Input]
            let env: [String: String]?
            let expected: [String: AnyJSON]
        }
        let vectors: [Vector]
    }

    /// Files that vectors name; the small ones are written here, tokenizers must lie in a folder of the environment.
    private static func assets() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let data = folder.path + "/data/test"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        _ = try folder.write("xyz\n<OOV>\nabc\nefg\n", to: "data/test/id_vocab_list_1")
        _ = try folder.write("  0\n<OOV> 1\nabc 2\nefg 2\n", to: "data/test/id_vocab_dict_2")
        _ = try folder.write("xyz 0\n<OOV> 1\nabc 2\nefg 2\n", to: "data/test/id_vocab_dict_3")
        if let other = ProcessInfo.processInfo.environment["SLIPWAY_FG_ASSETS"] {
            for name in ["tokenizer.json", "spiece.model"] {
                try? FileManager.default.createSymbolicLink(
                    atPath: "\(data)/\(name)", withDestinationPath: "\(other)/data/test/\(name)")
            }
        }
        return folder
    }

    @Test func everyVector() throws {
        let assets = try Self.assets()
        let path = Shared.folder + "/spec/fg_vectors.json"
        let vectors = try Shared.read(Vectors.self, "spec/fg_vectors.json").vectors
        let raw = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path))) as? [String: Any]
        let nodes = try #require(raw?["vectors"] as? [[String: Any]])
        var checked = 0
        var skipped = 0
        for (vector, node) in zip(vectors, nodes) where vector.kind != "fg_none" {
            let fgJSON = try JSONSerialization.data(withJSONObject: try #require(node["fg_json"]))
            let text = String(decoding: fgJSON, as: UTF8.self).replacingOccurrences(of: "\\/", with: "/")
            let needsFile = ["tokenizer.json", "spiece.model"].contains { name in
                text.contains(name) && !FileManager.default.fileExists(atPath: "\(assets.path)/data/test/\(name)")
            }
            if needsFile {
                skipped += 1
                continue
            }
            checked += 1
            let place = "vector \(vector.id)"
            do {
                let options = FeatureEngine.Options(
                    mode: vector.kind == "bucketize" ? .bucketizeOnly : .dag,
                    hash: HashFunction(environment: vector.env ?? [:]), assetDirectory: assets.path)
                let columns = try vector.inputs.map { name, input in
                    (name, try ColumnJSON.column(input.type == "null" ? "string" : input.type, input.values))
                }
                let results = try Generation.run(text, columns, options: options)
                for (feature, expected) in vector.expected {
                    let result = try #require(results[feature], "\(place), \(feature)")
                    Self.compare(result, expected, "\(place), \(feature)")
                }
            } catch {
                Issue.record("\(place): \(error)")
            }
        }
        #expect(checked + skipped == 188)
        if skipped > 0 { print("\(skipped) vectors skipped: no tokenizers in SLIPWAY_FG_ASSETS") }
    }

    private static func compare(_ result: Generated, _ expected: AnyJSON, _ place: String) {
        let comment = Comment(rawValue: "\(place): \(result)")
        func near(_ a: [Float], _ b: [Double]) -> Bool {
            a.count == b.count && zip(a, b).allSatisfy { abs(Double($0) - $1) <= 1e-5 * max(1, abs($1)) }
        }
        if let wanted = expected["default"] {
            let values = flat(wanted)
            if result.floats.isEmpty {
                #expect(result.ids.map { Double($0) } == values, comment)
            } else {
                #expect(near(result.floats, values), comment)
            }
            return
        }
        if let values = expected["values"] { #expect(result.ids == values.elements.compactMap(\.int), comment) }
        if let values = expected["dense_values"] { #expect(near(result.floats, flat(values)), comment) }
        if let lengths = expected["lengths"] {
            #expect(result.lengths.map { Int64($0) } == lengths.elements.compactMap(\.int), comment)
        }
        if let lengths = expected["key_lengths"] {
            #expect(result.keyLengths.map { Int64($0) } == lengths.elements.compactMap(\.int), comment)
        }
        if let weights = expected["weights"] { #expect(near(result.weights, flat(weights)), comment) }
    }

    private static func flat(_ value: AnyJSON) -> [Double] {
        value.double.map { [$0] } ?? value.elements.flatMap(flat)
    }
}
