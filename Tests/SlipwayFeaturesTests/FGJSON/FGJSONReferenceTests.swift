import Foundation
import SlipwayConfig
import SlipwayCore
import SlipwayFeatureFixtures
import SwiftProtobuf
import Testing

@testable import SlipwayFeatures

/// fg.json and facts against what upstream wrote.
@Suite(.enabled(if: Shared.isPresent)) struct FGJSONReferenceTests {
    struct Pair: Decodable {
        struct Fact: Decodable {
            let name: String
            let isSparse: Bool
            let isSequence: Bool
            let isGroupedSequence: Bool
            let valueDim: Int
            let stubType: Bool
            let isWeighted: Bool
            let outputDim: Int
            let numEmbeddings: Int
            let isUserFeat: Bool?
            let inputs: [String]?
            let sequenceInputNames: [String]?
        }
        let source: String
        let featureConfigsTextProto: [String]
        let features: [Fact]
        let fgJson: AnyJSON
        let fgJsonRemoveBucketizer: AnyJSON
    }

    private static func pairs() throws -> [Pair] { try Shared.read([Pair].self, "spec/fg_json_golden.json") }

    /// Upstream resolves its own operators to where it is installed.
    private static func portable(_ json: AnyJSON) -> AnyJSON {
        switch json {
        case .text(let text): return .text(text.replacingOccurrences(of: "/site-packages/pyfg/lib/", with: "pyfg/lib/"))
        case .array(let values): return .array(values.map(portable))
        case .object(let members): return .object(members.mapValues(portable))
        default: return json
        }
    }

    @Test func everyPair() throws {
        let pairs = try Self.pairs()
        #expect(pairs.count == 145)
        for pair in pairs {
            let configs = try pair.featureConfigsTextProto.map { try TzrecFeatureConfig(textFormatString: $0) }
            let set = try FeatureSet.make(configs)
            #expect(try AnyJSON.parse(FGJSON.text(set)) == Self.portable(pair.fgJson), "\(pair.source)")
            #expect(
                try AnyJSON.parse(FGJSON.text(set, removeBucketizer: true))
                    == Self.portable(pair.fgJsonRemoveBucketizer), "\(pair.source) without bucketizer")
        }
    }

    @Test func everyFact() throws {
        for pair in try Self.pairs() {
            let configs = try pair.featureConfigsTextProto.map { try TzrecFeatureConfig(textFormatString: $0) }
            let set = try FeatureSet.make(configs)
            #expect(set.features.map(\.name) == pair.features.map(\.name), "\(pair.source)")
            for (feature, fact) in zip(set.features, pair.features) {
                let place: Comment = "\(pair.source), \(fact.name)"
                #expect(feature.isSparse == fact.isSparse, place)
                #expect(feature.isSequence == fact.isSequence, place)
                #expect(feature.isGroupedSequence == fact.isGroupedSequence, place)
                #expect(feature.valueDim == fact.valueDim, place)
                #expect(feature.isStub == fact.stubType, place)
                #expect(feature.isWeighted == fact.isWeighted, place)
                #expect(feature.outputDim == fact.outputDim, place)
                if let isUser = fact.isUserFeat { #expect(feature.isUserFeature == isUser, place) }
                if let inputs = fact.inputs { #expect(feature.inputs.map(\.name) == inputs, place) }
                if let names = fact.sequenceInputNames {
                    #expect(feature.inputs.filter(\.isSequence).map(\.name) == names, place)
                }
                // The reference gives every tokenizer the size of the bpe one, and its files are not here.
                if fact.isSparse, feature.type.assets.isEmpty {
                    #expect(try feature.numEmbeddings() == fact.numEmbeddings, place)
                }
            }
        }
    }

    @Test func everyExport() throws {
        let root = Shared.folder + "/goldens"
        var checked = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: root).sorted() {
            guard let text = try? String(contentsOfFile: "\(root)/\(name)/pipeline.config", encoding: .utf8) else {
                continue
            }
            let set = try FeatureSet.make(TzrecEasyRecConfig(textFormatString: text))
            for folder in ["", "/user", "/item", "/model", "/embedding"] {
                let path = "\(root)/\(name)/export_int8\(folder)/fg.json"
                guard let expected = try? String(contentsOfFile: path, encoding: .utf8) else { continue }
                let wanted = try Self.names(AnyJSON.parse(expected))
                var part = set
                if wanted.allSatisfy({ set[$0] != nil }) {
                    part = try set.subset(wanted)
                } else {
                    part = try set.subset(wanted.map { "cand_seq__" + $0 }).scalarProjection()
                }
                #expect(try FGJSON.text(part) == expected, "\(name)\(folder)")
                checked += 1
            }
        }
        #expect(checked >= 38)
    }

    /// Full names of the features an fg.json lists.
    private static func names(_ json: AnyJSON) -> [String] {
        (json["features"]?.elements ?? []).flatMap { entry -> [String] in
            guard let group = entry["sequence_name"]?.string else { return [entry["feature_name"]?.string ?? ""] }
            return (entry["features"]?.elements ?? []).map { "\(group)__\($0["feature_name"]?.string ?? "")" }
        }
    }
}
