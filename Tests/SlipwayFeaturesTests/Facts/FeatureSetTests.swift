import SlipwayConfig
import SlipwayCore
import SlipwayFeatureFixtures
import SwiftProtobuf
import Testing

@testable import SlipwayFeatures

@Suite struct FeatureSetTests {
    @Test func namesTablesAndGroups() throws {
        let set = try Configs.features(
            """
            sequence_feature { sequence_name: "click" sequence_length: 50 sequence_delim: "|" sequence_pk: "user:ids"
              features { id_feature { feature_name: "id" expression: "item:id" embedding_dim: 8
                hash_bucket_size: 100 } }
              features { raw_feature { feature_name: "t" expression: "user:t" value_dim: 2 } } }
            """,
            """
            id_feature { feature_name: "id" expression: "item:id" embedding_name: "shared" embedding_dim: 8
              data_type: "FP16" pooling: "mean" trainable: false vocab_list: "a" vocab_list: "b" }
            """)
        let click = try set.feature("click__id")
        #expect(click.isGroupedSequence && click.featureName == "id" && click.valueDim == 1 && !click.hasKeyLengths)
        #expect(click.sequence == SequenceFacts(groupName: "click", delimiter: "|", length: 50, primaryKey: "user:ids"))
        #expect(click.inputs == [FeatureInput(side: .item, name: "click__id", isSequence: true)])
        #expect(
            try click.table()
                == EmbeddingTable(name: "click__id_emb", rows: 100, width: 8, dtype: .f32, isTrainable: true))
        #expect(click.isUserFeature)
        let time = try set.feature("click__t")
        #expect(!time.isSparse && time.outputDim == 2 && !time.hasEmbedding)
        #expect(try time.table() == nil)
        let id = try set.feature("id")
        #expect(id.pooling == .mean && id.valueDim == 0 && !id.isUserFeature)
        #expect(try id.table() == EmbeddingTable(name: "shared", rows: 4, width: 8, dtype: .f16, isTrainable: false))
        #expect(set["nothing"] == nil)
        let rtp = try Configs.features(
            "sequence_feature { sequence_name: \"s\" sequence_delim: \";\" features { raw_feature { feature_name: \"a\" } } }",
            options: .init(groupSeparator: "_"))
        #expect(rtp.features.map(\.name) == ["s_a"])
    }

    @Test(arguments: [
        ("zch { zch_size: 7 } hash_bucket_size: 3", 7), ("dynamicemb { max_capacity: 8 } num_buckets: 3", 8),
        ("hash_bucket_size: 3 num_buckets: 5", 3), ("num_buckets: 5 vocab_list: \"a\"", 5),
        ("vocab_list: \"a\" vocab_dict { key: \"b\" value: 20 }", 3), ("vocab_dict { key: \"b\" value: 20 }", 21),
        ("vocab_list: \"a\" vocab_list: \"b\" default_bucketize_value: 1", 2),
    ])
    func tableRows(_ fields: String, _ rows: Int) throws {
        let feature = try Configs.only("id_feature { feature_name: \"f\" embedding_dim: 4 \(fields) }")
        #expect(try feature.table()?.rows == rows)
    }

    @Test func rowsOfOtherKinds() throws {
        let match = "match_feature { feature_name: \"f\" embedding_dim: 4 vocab_list: \"a\" }"
        #expect(try Configs.only(match).numEmbeddings() == 4)
        let raw = "raw_feature { feature_name: \"f\" embedding_dim: 4 boundaries: 1 boundaries: 2 }"
        #expect(try Configs.only(raw).numEmbeddings() == 3)
        let combine = "combine_feature { feature_name: \"f\" embedding_dim: 4 num_buckets: 6 boundaries: 1 }"
        #expect(try Configs.only(combine).numEmbeddings() == 6)
    }

    @Test func denseEmbeddings() throws {
        let autodis = "raw_feature { feature_name: \"f\" embedding_dim: 4 autodis { num_channels: 3 keep_prob: 0.5 } }"
        let feature = try Configs.only(autodis)
        #expect(feature.denseEmbedding == .autodis(channels: 3, temperature: 0.1, keepProbability: 0.5))
        #expect(feature.hasEmbedding && feature.outputDim == 4 && !feature.isSparse)
        #expect(try Configs.only("sequence_" + autodis).denseEmbedding == nil)
        let lookup = "sequence_lookup_feature { feature_name: \"f\" embedding_dim: 4 mlp {} }"
        #expect(try Configs.only(lookup).denseEmbedding == .mlp)
    }

    @Test(arguments: [
        ("id_feature { feature_name: \"f\" embedding_dim: 4 pooling: \"max\" }", "feature f: pooling is \"max\""),
        (
            "id_feature { feature_name: \"f\" embedding_dim: 4 vocab_file: \"v\" }",
            "feature f: vocab_file is set without"
        ),
        (
            "id_feature { feature_name: \"f\" vocab_list: \"a\" default_bucketize_value: 1 }",
            "feature f: default_bucketize_value is 1 but vocab_list has 1 words"
        ),
        (
            "id_feature { feature_name: \"f\" fg_encoded_default_value: \"x\" }",
            "feature f: fg_encoded_default_value holds \"x\", which is not an integer"
        ),
        ("tokenize_feature { feature_name: \"f\" tokenizer_type: \"w\" }", "feature f: tokenizer_type is \"w\""),
        ("sequence_tokenize_feature { feature_name: \"f\" tokens_as_sequence: true }", "feature f: tokens_as_sequence"),
        ("id_feature { embedding_dim: 4 }", "a id_feature has no feature_name"),
        ("sequence_feature { }", "no sequence_name"), ("", "a feature_configs entry is empty"),
        ("lookup_feature { feature_name: \"f\" value_dim: 4294967295 }", "feature f: value_dim is 4294967295"),
    ])
    func refusedConfigs(_ text: String, _ message: String) {
        let found = errorText { _ = try Configs.features(text) }
        #expect(found?.contains(message) == true && found?.contains("feature_configs[0]") == true, "\(found ?? "none")")
    }

    @Test(arguments: [
        ("id_feature { feature_name: \"f\" num_buckets: 4 }", "feature f: embedding_dim is 0"),
        ("id_feature { feature_name: \"f\" embedding_dim: 4 }", "feature f: has no bucketizer"),
        ("id_feature { feature_name: \"f\" embedding_dim: 4 num_buckets: 0 }", "feature f: num_buckets is 0"),
        (
            "id_feature { feature_name: \"f\" embedding_dim: 4 hash_bucket_size: 18446744073709551615 }",
            "feature f: hash_bucket_size is 18446744073709551615"
        ),
        (
            "id_feature { feature_name: \"f\" embedding_dim: 4 num_buckets: 1 data_type: \"INT8\" }",
            "feature f: data_type"
        ),
    ])
    func refusedTables(_ text: String, _ message: String) {
        let found = errorText { _ = try Configs.only(text).table() }
        #expect(found?.contains(message) == true, "\(found ?? "none")")
    }

    @Test func inputsMatterOnlyWhereColumnsAreInputs() throws {
        let text = "id_feature { feature_name: \"f\" embedding_dim: 4 num_buckets: 4 expression: \"a:b:c\" }"
        #expect(try Configs.only(text).inputs.isEmpty)
        #expect(try !Configs.only(text).isUserFeature)
        #expect(
            errorText { _ = try Configs.only(text, mode: .dag) }?.contains("input \"a:b:c\" is not side:name") == true)
    }

    @Test func duplicateAndUnknownNames() throws {
        let one = "raw_feature { feature_name: \"price\" }"
        #expect(errorText { _ = try Configs.features(one, one) }?.contains("two features are named price") == true)
        let set = try Configs.features(one)
        #expect(errorText { _ = try set.feature("prise") } == "there is no feature named prise — did you mean price?")
        #expect(try set.subset(["price", "price"]).features.count == 1)
    }

    @Test func pipelineConfigDecidesModeAndSeparator() throws {
        var config = TzrecEasyRecConfig()
        config.dataConfig.fgMode = .fgDag
        config.dataConfig.fgEncodedMultivalSep = ","
        let options = try FeatureSet.make(config).options
        #expect(options.mode == .dag && options.multivalSeparator == ",")
        #expect(try FeatureSet.make(TzrecEasyRecConfig()).options == FeatureSet.Options())
    }

    @Test func scalarProjectionStatesWhatTheSequenceImplied() throws {
        let set = try Configs.features(
            """
            sequence_feature { sequence_name: "cand" sequence_delim: ";"
              features { id_feature { feature_name: "id" embedding_dim: 4 num_buckets: 9 } } }
            """)
        let scalar = try set.scalarProjection().features[0]
        #expect(scalar.name == "id" && !scalar.isSequence && scalar.valueDim == 1)
        #expect(try FGJSON.text(set.scalarProjection()).contains("\"default_value\": \"0\""))
        let plain = try Configs.features("raw_feature { feature_name: \"f\" }")
        #expect(errorText { _ = try plain.scalarProjection() }?.contains("not inside a sequence group") == true)
    }
}
