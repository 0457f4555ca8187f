import SlipwayConfig
import SlipwayCore
import SlipwayFeatureFixtures
import SwiftProtobuf
import Testing

@testable import SlipwayFeatures

/// Upstream's own cases for encoded columns.
@Suite(.enabled(if: Shared.isPresent)) struct EncodedVectorTests {
    struct Vectors: Decodable { let vectors: [Vector] }

    struct Vector: Decodable, Sendable {
        struct Config: Decodable, Sendable {
            let protoType: String
            let textProto: String
            let isSequence: Bool
            let sequenceName: String?
            let sequenceDelim: String?
            let sequenceLength: Int?
        }
        struct Input: Decodable, Sendable {
            let type: String
            let values: [AnyJSON]
        }
        struct Expected: Decodable, Sendable {
            let values: [AnyJSON]?
            let lengths: [Int32]?
            let keyLengths: [Int32]?
            let seqLengths: [Int32]?
            let weights: [Float]?
        }
        let id: Int
        let kind: String
        let isTraining: Bool?
        let featureConfig: Config?
        let inputs: [String: Input]?
        let expected: [String: Expected]?
    }

    static func load() throws -> [Vector] {
        guard Shared.isPresent else { return [] }
        return try Shared.read(Vectors.self, "spec/fg_vectors.json").vectors.filter { $0.kind == "fg_none" }
    }

    @Test func everyVector() throws {
        let vectors = try Self.load()
        #expect(vectors.count == 62)
        for vector in vectors {
            if let problem = errorText({ try check(vector) }) { Issue.record("vector \(vector.id): \(problem)") }
        }
    }

    private func check(_ vector: Vector) throws {
        let expectations = try #require(vector.expected)
        let inputs = try #require(vector.inputs)
        for (name, expected) in expectations {
            let allowsSeveral = expected.keyLengths?.contains { $0 != 1 } ?? false
            let features = try self.features(try #require(vector.featureConfig), allowsSeveral: allowsSeveral)
            let input = try #require(inputs[name])
            var rows = input.values
            if vector.isTraining == true {
                for (row, masked) in (inputs["__SAMPLE_MASK__"]?.values ?? []).enumerated() where masked == .bool(true)
                {
                    rows[row] = .null
                }
            }
            let column = try ColumnJSON.column(input.type, rows)
            let parser = try EncodedParser(features, neededFeatures: [name], weights: .weightedOnly)
            var batch = InputBatch(slots: parser.slots)
            try parser.parse(ColumnBatch(rowCount: rows.count, columns: [(name, column)]), into: &batch)
            func buffer(_ suffix: String) -> InputBatch.Buffer? {
                batch.index(of: "\(name).\(suffix)").map { batch.buffers[$0] }
            }
            let flat = (expected.values ?? []).flatMap { $0.elements.isEmpty ? [$0] : $0.elements }
            let values = try #require(buffer("values"))
            if features[name]?.isSparse == true {
                #expect(values.int64 == flat.compactMap(\.int), "vector \(vector.id)")
            } else {
                #expect(values.float == flat.compactMap { $0.double.map { Float($0) } }, "vector \(vector.id)")
            }
            if let lengths = expected.seqLengths ?? expected.lengths {
                #expect(buffer("lengths")?.int32 == lengths, "vector \(vector.id)")
            }
            if allowsSeveral { #expect(buffer("key_lengths")?.int32 == expected.keyLengths, "vector \(vector.id)") }
            if let weights = expected.weights { #expect(buffer("weights")?.float == weights, "vector \(vector.id)") }
        }
    }

    /// The vector's feature, in its sequence group when it has one. Steps of several values need `value_dim: 0`.
    private func features(_ config: Vector.Config, allowsSeveral: Bool) throws -> FeatureSet {
        var text = config.textProto
        if allowsSeveral, !text.contains("value_dim"), let brace = text.lastIndex(of: "}") {
            text.insert(contentsOf: "value_dim: 0\n", at: brace)
        }
        if let name = config.sequenceName {
            text = """
                sequence_feature { sequence_name: "\(name)" sequence_length: \(config.sequenceLength ?? 0)
                sequence_delim: "\(config.sequenceDelim ?? ";")" features { \(text) } }
                """
        }
        return try Configs.features(text)
    }
}
