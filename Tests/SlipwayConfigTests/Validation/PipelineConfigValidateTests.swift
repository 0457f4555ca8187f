import SlipwayCore
import Testing

@testable import SlipwayConfig

@Suite struct PipelineConfigValidateTests {
    private func validated(
        features: String = "", groups: String = #"group_name: "g" feature_names: "a" group_type: DEEP"#,
        model: String = "multi_tower { towers { input: 'g' mlp { hidden_units: 4 } } final { hidden_units: 4 } }",
        rest: String = "losses { binary_cross_entropy { } }", data: String = "fg_mode: FG_NONE"
    ) throws -> [ConfigWarning] {
        let text = """
            train_input_path: 'a' eval_input_path: 'b' model_dir: 'c' data_config { \(data) }
            feature_configs { id_feature { feature_name: "a" expression: "user:a" embedding_dim: 4 num_buckets: 9 } }
            \(features)
            model_config { feature_groups { \(groups) } \(rest) \(model) }
            """
        return try PipelineConfig.validate(PipelineConfig.parse(text: text, fileName: "v").config)
    }

    private func id(_ name: String, _ more: String) -> String {
        "feature_configs { id_feature { feature_name: '\(name)' expression: 'user:\(name)' \(more) } }\n"
    }

    private func failure(_ body: () throws -> [ConfigWarning]) -> String {
        do {
            _ = try body()
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test func acceptsAPlainConfig() throws {
        #expect(try validated().isEmpty)
    }

    @Test(.enabled(if: Goldens.isPresent), arguments: Goldens.cases)
    func acceptsEveryGolden(name: String) throws {
        let text = try Goldens.text("\(name)/pipeline.config")
        #expect(try PipelineConfig.validate(PipelineConfig.parse(text: text, fileName: name).config).isEmpty)
    }

    @Test(arguments: Goldens.fixtureCases)
    func acceptsTheFixtures(name: String) throws {
        let text = try Goldens.fixture("\(name)/pipeline.config")
        #expect(try PipelineConfig.validate(PipelineConfig.parse(text: text, fileName: name).config).isEmpty)
    }

    @Test(arguments: [
        ("embedding_dim: 4", "nothing gives its table a size — set one of hash_bucket_size, num_buckets"),
        ("num_buckets: 5", "feature `b` has an embedding but no embedding_dim"),
        ("embedding_dim: 4 num_buckets: 0", "num_buckets gives its table no rows"),
        ("embedding_dim: 4 num_buckets: 5 pooling: 'max'", "feature `b`: pooling `max` is unknown — use sum or mean"),
        (
            "embedding_dim: 4 vocab_list: ['x', 'y'] default_bucketize_value: 2",
            "default_bucketize_value 2 is outside its vocab_list of 2 — use 0 to 1"
        ),
        ("embedding_dim: 4 vocab_file: 'v'", "vocab_file needs default_bucketize_value"),
        (
            "embedding_dim: 8 num_buckets: 9 embedding_name: 'a_emb'",
            "features `a` and `b` share embedding `a_emb` but their embedding_dim differs: 4 and 8"
        ),
        (
            "embedding_dim: 4 num_buckets: 8 embedding_name: 'a_emb'",
            "features `a` and `b` share embedding `a_emb` but their table sizes differ: 9 and 8"
        ),
        (
            "embedding_dim: 4 num_buckets: 9 embedding_name: 'a_emb' pooling: 'mean'",
            "their pooling differs: sum and mean"
        ),
    ])
    func checksIdFeatures(settings: String, message: String) {
        let text = failure {
            try validated(
                features: id("b", settings), groups: "group_name: 'g' feature_names: ['a', 'b'] group_type: DEEP")
        }
        #expect(text.contains(message), "\(text)")
    }

    @Test(arguments: [
        ("value_dim: 0", "raw feature `r`: value_dim is 0"),
        ("embedding_dim: 4 boundaries: [1, 3, 2]", "boundaries do not ascend: 3.0 before 2.0"),
        ("embedding_dim: 4 boundaries: [1, 1]", "boundaries do not ascend: 1.0 before 1.0"),
        ("embedding_dim: 4 boundaries: nan", "a boundary is not a number"),
        ("boundaries: 1", "feature `r` has an embedding but no embedding_dim"),
        ("mlp { }", "feature `r` has an embedding but no embedding_dim"),
    ])
    func checksRawFeatures(settings: String, message: String) {
        let text = failure {
            try validated(
                features: "feature_configs { raw_feature { feature_name: 'r' expression: 'user:r' \(settings) } }",
                groups: "group_name: 'g' feature_names: ['a', 'r'] group_type: DEEP")
        }
        #expect(text.contains(message), "\(text)")
    }

    @Test func checksFeatureNames() {
        let twice = failure { try validated(features: id("a", "embedding_dim: 4 num_buckets: 9")) }
        #expect(twice.contains("feature `a` is defined twice, at feature_configs[0].id_feature and feature_configs[1]"))
        #expect(
            failure { try validated(features: "feature_configs { }") }.contains(
                "feature_configs[1] names no feature type"))
        let inputs = failure {
            try validated(features: "feature_configs { raw_feature { feature_name: 'r' } }", data: "fg_mode: FG_DAG")
        }
        #expect(inputs.contains("feature `r`: `expression` is missing, and fg_mode asks for feature generation"))
        #expect(
            failure { try validated(features: "feature_configs { raw_feature { feature_name: 'r' } }") } == "no error")
    }

    private static let sequence = """
        feature_configs { sequence_feature { sequence_name: "s" sequence_length: 5
          features { id_feature { feature_name: "v" embedding_dim: 4 num_buckets: 9 } } } }
        """
    private static let encoder = "sequence_encoders { pooling_encoder { input: 'q' } }"

    @Test(arguments: [
        ("group_name: 'g' group_type: DEEP", "feature group `g` is empty"),
        (
            "group_name: 'g' feature_names: ['a', 'v'] group_type: DEEP",
            "names `v`, which is no feature — did you mean `s__v`?"
        ),
        (
            "group_name: 'g' feature_names: 'a' group_type: DEEP } feature_groups { group_name: 'g' feature_names: 'a'",
            "feature group `g` is defined twice"
        ),
        ("group_name: 'g' feature_names: 'a' group_type: SEQUENCE", "is SEQUENCE but has no sequence feature"),
        (
            "group_name: 'g' feature_names: 's__v' group_type: SEQUENCE "
                + "sequence_groups { group_name: 'q' feature_names: 'a' }",
            "has sequence_groups or sequence_encoders but is not DEEP"
        ),
        (
            "group_name: 'g' feature_names: 'a' sequence_groups { group_name: 'q' feature_names: 's__v' }",
            "has sequence_groups but no sequence_encoders"
        ),
        (
            "group_name: 'g' feature_names: 'a' sequence_encoders { pooling_encoder { input: 'q' } }",
            "has sequence_encoders but no sequence_groups"
        ),
        (
            "group_name: 'g' sequence_groups { group_name: 'p' feature_names: 's__v' } "
                + "sequence_encoders { pooling_encoder { input: 'q' } }",
            "pooling_encoder reads `q`, which is none of its sequence groups — use p"
        ),
        (
            "group_name: 'g' sequence_groups { group_name: 'p' feature_names: 's__v' "
                + "} sequence_groups { group_name: 'q' feature_names: 's__v' } "
                + "sequence_encoders { pooling_encoder { input: 'q' } }",
            "no encoder reads sequence group `p`"
        ),
        (
            "group_name: 'g' sequence_groups { feature_names: 's__v' "
                + "} sequence_groups { group_name: 'q' feature_names: 's__v' } "
                + "sequence_encoders { pooling_encoder { input: 'q' } }",
            "sequence_groups[0] has no group_name"
        ),
        ("group_name: 'h' feature_names: 'a'", "multi_tower.towers[0].input is `g`, which is no feature group"),
    ])
    func checksGroups(groups: String, message: String) {
        let text = failure { try validated(features: Self.sequence, groups: groups) }
        #expect(text.contains(message), "\(text)")
    }

    @Test func acceptsSequenceGroups() throws {
        let inner = "sequence_groups { group_name: 'q' feature_names: ['a', 's__v'] } \(Self.encoder)"
        #expect(try validated(features: Self.sequence, groups: "group_name: 'g' feature_names: 'a' \(inner)").isEmpty)
        let unnamed = "sequence_groups { feature_names: ['a', 's__v'] } sequence_encoders { pooling_encoder { } }"
        #expect(try validated(features: Self.sequence, groups: "group_name: 'g' \(unnamed)").isEmpty)
    }

    /// Pooled and sequence uses of one embedding name are two tables.
    @Test func sharesNamesAcrossPooledAndSequence() throws {
        let sequence = Self.sequence.replacingFirst("embedding_dim: 4", "embedding_dim: 8 embedding_name: 'a_emb'")
        let groups =
            "group_name: 'g' feature_names: 'a' "
            + "} feature_groups { group_name: 'q' feature_names: 's__v' group_type: SEQUENCE"
        #expect(try validated(features: sequence, groups: groups).isEmpty)
    }

    @Test(arguments: [
        ("", "losses { binary_cross_entropy { } }", "model_config names no model — add one of dlrm, deepfm"),
        ("deepfm { deep { } }", "losses { binary_cross_entropy { } }", "deepfm needs a feature group named `wide`"),
        ("multi_tower { final { } }", "", "model_config has no losses"),
        ("multi_tower { final { } }", "losses { }", "model_config has a loss without a type"),
        ("multi_tower { final { } }", "num_class: 0 losses { l2_loss { } }", "model_config: num_class is 0"),
        (
            "multi_tower { final { } }", "num_class: 2 losses { binary_cross_entropy { } }",
            "binary_cross_entropy needs num_class 1, not 2"
        ),
        (
            "multi_tower { final { } }", "losses { softmax_cross_entropy { } }",
            "softmax_cross_entropy needs num_class above 1"
        ),
        (
            "multi_tower { final { activation: 'nn.Relu6x' } }", "losses { l2_loss { } }",
            "model_config.multi_tower.final.activation: unknown activation `nn.Relu6x`"
        ),
        ("mmoe { expert_mlp { } }", "", "mmoe has no tasks"),
        ("mmoe { expert_mlp { } task_towers { tower_name: 't' label_name: 'l' } }", "", "task `t` has no losses"),
        (
            "multi_tower_din { din_towers { input: 'g' attn_mlp { } } final { } }", "losses { l2_loss { } }",
            "a DIN tower reads feature group `g`, which is no SEQUENCE group"
        ),
        (
            "tdm { multiwindow_din { attn_mlp { } } final { } }", "losses { l2_loss { } }",
            "tdm needs a feature group of type SEQUENCE"
        ),
        (
            "dssm { user_tower { input: 'g' } item_tower { input: 'h' } }", "",
            "dssm.item_tower.input is `h`, which is no feature group"
        ),
        (
            "dc2vr { task_towers { tower_name: 't' losses { l2_loss { } } intervention_tower_names: 'u' } }", "",
            "task `t` has intervention_tower_names but no low_rank_dim"
        ),
    ])
    func checksModels(model: String, rest: String, message: String) {
        let text = failure { try validated(model: model, rest: rest) }
        #expect(text.contains(message), "\(text)")
    }

    @Test func checksWideGroups() throws {
        let groups =
            "group_name: 'wide' feature_names: ['a', 'r'] group_type: WIDE "
            + "} feature_groups { group_name: 'deep' feature_names: 'a'"
        let raw = "feature_configs { raw_feature { feature_name: 'r' expression: 'user:r' } }"
        let text = failure { try validated(features: raw, groups: groups, model: "deepfm { deep { } }") }
        #expect(text.contains("feature group `wide` is WIDE but `r` has no table"))
        let unused = try validated(groups: "group_name: 'g' feature_names: 'a' group_type: WIDE")
        #expect(unused.map(\.message) == ["feature group `g` is WIDE, which multi_tower has no use for"])
    }

    @Test func namesSubFeaturesWithOneUnderscoreUnderRTP() throws {
        let config = try PipelineConfig.parse(
            text: Goldens.fixture("seq_multival/pipeline.config").replacing("click_seq__", with: "click_seq_"),
            fileName: "r"
        ).config
        #expect(try PipelineConfig.validate(config, usesRTP: true).isEmpty)
        #expect(throws: SlipwayError.self) { try PipelineConfig.validate(config) }
    }

    @Test func listsEveryError() {
        let text = failure { try validated(groups: "group_name: 'g' group_type: DEEP", rest: "") }
        #expect(text.hasPrefix("the pipeline config has 2 errors:\n- feature group `g` is empty"))
    }
}

extension String {
    fileprivate func replacingFirst(_ old: String, _ new: String) -> String {
        guard let range = firstRange(of: old) else { return self }
        return replacingCharacters(in: range, with: new)
    }

    private func replacingCharacters(in range: Range<Index>, with new: String) -> String {
        self[..<range.lowerBound] + new + self[range.upperBound...]
    }
}
