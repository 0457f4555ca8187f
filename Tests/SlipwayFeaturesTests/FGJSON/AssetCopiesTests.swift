import Foundation
import SlipwayConfig
import SlipwayCore
import SlipwayFeatureFixtures
import SlipwayTestSupport
import Testing

@testable import SlipwayFeatures

@Suite struct AssetCopiesTests {
    @Test func copiesCarryTheHashAndReplaceTheNames() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("hello", to: "words.v1.txt")
        let target = try TemporaryFolder()
        let set = try Configs.features(
            """
            id_feature { feature_name: "f" expression: "item:f" embedding_dim: 4 asset_dir: "\(folder.path)"
              vocab_file: "words.v1.txt" default_bucketize_value: 0 }
            """)
        let copies = try AssetCopies(of: set, into: target.path)
        let name = "words.v1_5d41402abc4b2a76b9719d911017c592.txt"  // MD5 of "hello"
        #expect(copies.fileNames == [name])
        #expect(try String(contentsOfFile: target.path + "/" + name, encoding: .utf8) == "hello")
        #expect(try FGJSON.text(set, assets: copies).contains("\"vocab_file\": \"\(name)\""))
        #expect(try FGJSON.text(set).contains("\"vocab_file\": \"\(folder.path)/words.v1.txt\""))
        let config = set.configs(assets: copies)[0].idFeature
        #expect(config.vocabFile == name && config.assetDir == target.path)
        #expect(try AssetCopies(of: set, into: target.path).fileNames == [name])
    }

    @Test func missingFile() throws {
        let set = try Configs.features(
            "id_feature { feature_name: \"f\" embedding_dim: 4 vocab_file: \"/nowhere/v\" default_bucketize_value: 0 }")
        #expect(
            errorText { _ = try AssetCopies(of: set, into: "/tmp") }
                == "/nowhere/v does not exist (feature f) — check the path")
    }

    @Test(arguments: [
        ("/a/b.txt", "b", ".txt"), ("b", "b", ""), (".hidden", ".hidden", ""), ("a.tar.gz", "a.tar", ".gz"),
        ("a/..b", "..b", ""),
    ])
    func stems(_ path: String, _ stem: String, _ suffix: String) {
        #expect(AssetCopies.split(path) == (stem, suffix))
    }

    @Test func groupsComeBackAsOneConfig() throws {
        let set = try Configs.features(
            """
            sequence_feature { sequence_name: "s" sequence_length: 5 sequence_delim: "|"
              features { id_feature { feature_name: "a" embedding_dim: 4 } }
              features { raw_feature { feature_name: "b" } } }
            """, "raw_feature { feature_name: \"c\" }")
        let configs = try set.subset(["s__b", "c", "s__a"]).configs()
        #expect(configs.count == 2)
        #expect(configs[0].sequenceFeature.sequencePk == "user:s")
        #expect(configs[0].sequenceFeature.features.map(\.rawFeature.featureName) == ["b", ""])
        #expect(configs[0].sequenceFeature.features[1].idFeature.featureName == "a")
        #expect(configs[1].rawFeature.featureName == "c")
    }
}
