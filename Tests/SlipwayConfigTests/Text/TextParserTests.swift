import SlipwayCore
import SwiftProtobuf
import Testing

@testable import SlipwayConfig

@Suite struct TextParserTests {
    private static let head = "train_input_path: 'a' eval_input_path: 'b' model_dir: 'c'\n"

    private func parse(_ body: String) throws -> (config: TzrecEasyRecConfig, warnings: [ConfigWarning]) {
        try PipelineConfig.parse(text: Self.head + body, fileName: "p.config", duplicates: .reject)
    }

    private func failure(_ body: String) -> String {
        do {
            _ = try parse(body)
            return "no error"
        } catch let error as SlipwayError {
            return error.code == .invalidConfig ? error.message : "code \(error.code)"
        } catch {
            return "\(error)"
        }
    }

    @Test func readsEveryWayToWriteAValue() throws {
        let config = try parse(
            """
            # a comment
            train_config < sparse_optimizer {} dense_optimizer {}
              num_steps: 0x10, log_step_count_steps: 017; use_tensorboard: f >
            data_config: { batch_size: 64 dataset_type: 2 shuffle: True pin_memory: 0
              label_fields: ['a', "b" 'c'] label_fields: "d" sample_mask_prob: .5f
              fg_encoded_multival_sep: "\\003\\x1D\\n\\t\\\\\\"\\'\\?é\\u00e9"
            }
            feature_configs { raw_feature { feature_name: "r" expression: "user:r"
              boundaries: [-1, 1e3, 1.5F, inf, -Infinity] } }
            """
        ).config
        #expect(config.trainConfig.numSteps == 16)
        #expect(config.trainConfig.logStepCountSteps == 15)
        #expect(!config.trainConfig.useTensorboard)
        #expect(config.dataConfig.batchSize == 64)
        #expect(config.dataConfig.datasetType == .parquetDataset)
        #expect(config.dataConfig.shuffle && !config.dataConfig.pinMemory)
        #expect(config.dataConfig.labelFields == ["a", "bc", "d"])
        #expect(config.dataConfig.sampleMaskProb == 0.5)
        #expect(config.dataConfig.fgEncodedMultivalSep == "\u{3}\u{1D}\n\t\\\"'?éé")
        #expect(config.featureConfigs[0].rawFeature.boundaries == [-1, 1000, 1.5, .infinity, -.infinity])
    }

    @Test func keepsNaN() throws {
        let config = try parse("data_config { sample_mask_prob: nan }").config
        #expect(config.dataConfig.sampleMaskProb.isNaN)
    }

    @Test func readsMapsAndStructs() throws {
        let config = try parse(
            """
            feature_configs { custom_feature { feature_name: "c" operator_name: "o" operator_lib_file: "l"
              operator_params { fields { key: "k" value { list_value { values { number_value: 2.5 } } } } }
              vocab_dict { key: "x" value: 3 } vocab_dict { key: "y" value: 18446744073709551615 }
              vocab_dict { key: "x" value: 4 } } }
            """
        ).config
        let feature = config.featureConfigs[0].customFeature
        #expect(feature.vocabDict == ["x": 4, "y": .max])
        #expect(feature.operatorParams.fields["k"]?.listValue.values[0].numberValue == 2.5)
    }

    @Test func warnsOfEveryUnknownField() throws {
        let (config, warnings) = try parse(
            """
            colour: RED
            data_config { batch_sizes: 3 wild { a: 1 b { c: "}" } list: [1, <d: 2>, "x"] } batch_size: 7 }
            feature_configs { id_feature { feature_name: "f" embedding_dims: 8 } }
            """)
        #expect(config.dataConfig.batchSize == 7)
        #expect(
            warnings.map(\.description) == [
                "p.config:2:1: unknown field `colour` in EasyRecConfig is ignored",
                "p.config:3:15: unknown field `batch_sizes` in DataConfig at data_config is ignored; "
                    + "did you mean `batch_size`?",
                "p.config:3:30: unknown field `wild` in DataConfig at data_config is ignored",
                "p.config:4:50: unknown field `embedding_dims` in IdFeature at feature_configs[0].id_feature is "
                    + "ignored; did you mean `embedding_dim`?",
            ])
    }

    @Test func pointsAtTheProblem() {
        #expect(
            failure("data_config {\n\tbatch_size: \"x\"\n}")
                == """
                p.config:3:14: `batch_size` must be a whole number, 0 or above, got a text in quotes
                  \tbatch_size: "x"
                  \t            ^
                """)
    }

    @Test(arguments: [
        ("data_config { batch_size 3 }", "2:26: expected `:` after `batch_size`, got `3`"),
        (
            "data_config { batch_size: 4294967296 }",
            "`batch_size` is out of range: 4294967296 is not in 0 to 4294967295"
        ),
        ("data_config { batch_size: -1 }", "`batch_size` is out of range: -1 is not in 0 to 4294967295"),
        ("data_config { batch_size: 1.5 }", "`batch_size` must be a whole number, 0 or above, got `1.5`"),
        ("data_config { shuffle: yes }", "`shuffle` must be true or false, got `yes`"),
        ("data_config { fg_mode: FG_NON }", "`fg_mode` (FgMode) has no value `FG_NON`; did you mean `FG_NONE`?"),
        ("data_config { fg_mode: 9 }", "`fg_mode` (FgMode) has no value with number 9"),
        ("data_config { sample_mask_prob: 1e39 }", "must fit a 32-bit float"),
        ("data_config { label_fields: { a: 1 } }", "`label_fields` must be a text in quotes, got a block or list"),
        ("data_config { label_fields: \"\\377\" }", "`label_fields` must be UTF-8 text"),
        ("data_config 3", "2:13: expected `{` after `data_config` (DataConfig), got `3`"),
        ("data_config {", "2:1: this block of DataConfig is never closed"),
        ("data_config { label_fields: \"a\n\" }", "2:29: this text is not closed on its line"),
        ("data_config { label_fields: [\"a\" \"b\"", "expected `,` or `]` in the list of `label_fields`"),
        ("data_config { > ", "expected a field of DataConfig, got `>`"),
        ("}", "2:1: expected a field of EasyRecConfig, got `}`"),
        ("data_config { label_fields: \"\\400\" }", "this escape is no byte value"),
        ("data_config { label_fields: \"\\ud800\" }", "this escape is no Unicode character"),
        ("$", "2:1: unexpected character `$`"),
        ("é", "2:1: unexpected character outside quotes"),
        ("[ext.name]: 3", "2:1: expected a field of EasyRecConfig, got `[`"),
        (
            "feature_configs { id_feature { embedding_dim: 8 } }",
            "2:19: required field `feature_name` of IdFeature is missing"
        ),
        ("data_config { batch_size: 1 batch_size: 2 }", "2:29: `batch_size` is set a second time (first on line 2)"),
        ("data_config { }\ndata_config { }", "3:1: `data_config` is set a second time (first on line 2)"),
        (
            "feature_configs { id_feature { feature_name: 'a' } raw_feature { feature_name: 'b' } }",
            "`raw_feature` excludes `id_feature` (line 2); only one of them may be set"
        ),
    ])
    func refuses(body: String, message: String) {
        #expect(failure(body).contains(message), "\(failure(body))")
    }

    @Test func namesMissingFieldsOfTheRoot() {
        let error = #expect(throws: SlipwayError.self) { try PipelineConfig.parse(text: "", fileName: "e") }
        #expect(error?.message.contains("e:1:1: required field `train_input_path` of EasyRecConfig is missing") == true)
        #expect(error?.message.contains("required field `model_dir` of EasyRecConfig is missing") == true)
    }

    @Test func reportsSeveralProblemsAtOnce() {
        let text = failure("data_config { batch_size: x shuffle: 3 }")
        #expect(text.contains("2:27: `batch_size`") && text.contains("2:38: `shuffle`"))
    }

    @Test func mergesAsUpstreamDoesWhenAsked() throws {
        let text = Self.head + "data_config { batch_size: 1 batch_size: 2 }\ndata_config { shuffle: true }"
        let (config, warnings) = try PipelineConfig.parse(text: text, fileName: "p", duplicates: .lastWins)
        #expect(config.dataConfig.batchSize == 2 && config.dataConfig.shuffle)
        #expect(
            warnings.map(\.description) == [
                "p:2:29: `batch_size` is set a second time (first on line 2); this one counts",
                "p:3:1: `data_config` is set a second time (first on line 2); both are merged",
            ])
    }

    @Test func keepsUnknownEscapesWithAWarning() throws {
        let (config, warnings) = try parse("data_config { label_fields: \"\\d+\" }")
        #expect(config.dataConfig.labelFields == ["\\d+"])
        #expect(warnings.map(\.kind) == [.oddEscape])
    }

    @Test(arguments: ["wild ", "data_config ", "wild: [", "operator_params { struct_value "])
    func limitsDepth(opening: String) {
        let text = String(repeating: opening + "{ ", count: 100_000)
        #expect(throws: SlipwayError.self) { try PipelineConfig.parse(text: text, fileName: "deep") }
    }

    @Test func limitsTheNumberOfProblems() {
        let text = failure(String(repeating: "data_config { shuffle: 7 }\n", count: 5000))
        #expect(text.contains("more errors follow"))
        #expect(text.split(separator: "\n").count < 100)
    }
}
