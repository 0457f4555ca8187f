import SlipwayCore
import SlipwayFeatureFixtures
import Testing

@testable import SlipwayFeatures

@Suite struct FGJSONTests {
    private func one(_ text: String, removeBucketizer: Bool = false) throws -> AnyJSON {
        try AnyJSON.parse(FGJSON.text(Configs.features(text), removeBucketizer: removeBucketizer))
    }

    @Test func wholeTextWithAGroupInTheMiddle() throws {
        let set = try Configs.features(
            "raw_feature { feature_name: \"age\" expression: \"user:age\" boundaries: 18 boundaries: 0.1 }",
            """
            sequence_feature { sequence_name: "click" sequence_length: 50 sequence_delim: ";"
              features { id_feature { feature_name: "id" expression: "item:id" embedding_dim: 4 num_buckets: 9 } } }
            """,
            "sequence_raw_feature { feature_name: \"t\" expression: \"user:t\" sequence_length: 7 }")
        #expect(
            try FGJSON.text(set, reserves: ["label"]) == """
                {
                    "features": [
                        {
                            "feature_type": "raw_feature",
                            "feature_name": "age",
                            "default_value": "0",
                            "expression": "user:age",
                            "value_type": "float",
                            "boundaries": [
                                18.0,
                                0.10000000149011612
                            ]
                        },
                        {
                            "sequence_name": "click",
                            "sequence_length": 50,
                            "sequence_delim": ";",
                            "sequence_pk": "user:click",
                            "features": [
                                {
                                    "feature_type": "id_feature",
                                    "feature_name": "id",
                                    "default_value": "0",
                                    "expression": "item:id",
                                    "value_type": "string",
                                    "need_prefix": false,
                                    "num_buckets": 9,
                                    "value_dim": 1
                                }
                            ]
                        },
                        {
                            "feature_type": "sequence_raw_feature",
                            "feature_name": "t",
                            "default_value": "0",
                            "expression": "user:t",
                            "value_type": "float",
                            "sequence_delim": ";",
                            "sequence_length": 7
                        }
                    ],
                    "reserves": [
                        "label"
                    ]
                }
                """)
    }

    @Test func vectorLookupIsTwoEntries() throws {
        let json = try one(
            """
            lookup_feature { feature_name: "f" map: "user:m" key: "item:k" value_dim: 2 combiner: "mean"
              normalizer: "method=log10" }
            """)
        let expected = try AnyJSON.parse(
            """
            {"features": [
              {"feature_type": "lookup_feature", "feature_name": "f__lookup", "map": "user:m", "key": "item:k",
               "default_value": "0,0", "value_type": "string", "needDiscrete": true, "needKey": false, "combiner": "",
               "value_dim": 1, "stub_type": true},
              {"feature_type": "raw_feature", "feature_name": "f", "default_value": "0",
               "expression": "feature:f__lookup",
               "separator": ",", "value_dim": 2, "value_type": "float", "normalizer": "method=log10"}]}
            """)
        #expect(json == expected)
    }

    @Test func textNormalizerComesFirst() throws {
        let json = try one(
            """
            tokenize_feature { feature_name: "f" expression: "item:t" embedding_dim: 4 vocab_file: "v.json"
              text_normalizer { max_length: 9 norm_options: TEXT_UPPER2LOWER norm_options: TEXT_REMOVE_SPACE
              norm_options: TEXT_SPLITCHRS } }
            """)
        let expected = try AnyJSON.parse(
            """
            {"features": [
              {"feature_type": "text_normalizer", "feature_name": "f__text_norm", "expression": "item:t",
               "is_gbk_input": false, "is_gbk_output": false, "stub_type": true, "max_length": 9, "remove_space": true,
               "parameter": 516},
              {"feature_type": "tokenize_feature", "feature_name": "f", "default_value": "", "vocab_file": "v.json",
               "expression": "feature:f__text_norm", "tokenizer_type": "bpe", "output_type": "word_id"}]}
            """)
        #expect(json == expected)
    }

    @Test func operatorParametersReplaceKeys() throws {
        let json = try one(
            """
            custom_feature { feature_name: "f" operator_name: "O" operator_lib_file: "l.so" expression: "item:a"
              hash_bucket_size: 5
              operator_params {
                fields { key: "k" value { list_value { values { number_value: 1 } values { bool_value: true } } } }
                fields { key: "default_value" value { string_value: "x" } } } }
            """)
        let expected = try AnyJSON.parse(
            """
            {"features": [{"feature_type": "custom_feature", "feature_name": "f", "default_value": "x",
              "operator_name": "O", "operator_lib_file": "l.so", "is_op_thread_safe": false, "expression": ["item:a"],
              "value_type": "string", "k": [1.0, true], "hash_bucket_size": 5, "value_dim": 1}]}
            """)
        #expect(json == expected)
    }

    @Test func vocabularies() throws {
        let list = try one("id_feature { feature_name: \"f\" embedding_dim: 1 default_value: \"z\" vocab_list: \"a\" }")
        #expect(list["features"]?.elements[0]["vocab_list"] == .array([.text("z"), .text("<OOV>"), .text("a")]))
        let dict = try one(
            """
            id_feature { feature_name: "f" embedding_dim: 1 default_value: "a"
              vocab_dict { key: "a" value: 2 } vocab_dict { key: "b" value: 3 } }
            """)
        #expect(dict["features"]?.elements[0]["vocab_dict"] == .object(["a": .integer(0), "b": .integer(3)]))
        #expect(dict["features"]?.elements[0]["default_bucketize_value"] == .integer(1))
    }

    @Test func removedBucketizers() throws {
        let id = try one(
            "id_feature { feature_name: \"f\" embedding_dim: 1 vocab_list: \"a\" }", removeBucketizer: true)
        #expect(id["features"]?.elements[0]["vocab_list"] == nil)
        #expect(id["features"]?.elements[0]["default_bucketize_value"] == .integer(1))
        let text = "tokenize_feature { feature_name: \"f\" embedding_dim: 1 vocab_file: \"v\" }"
        #expect(try one(text, removeBucketizer: true)["features"]?.elements[0]["vocab_file"] == .text("v"))
        #expect(try one("sequence_" + text, removeBucketizer: true)["features"]?.elements[0]["vocab_file"] == nil)
    }
}
