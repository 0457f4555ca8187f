import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayConfig

@Suite struct PipelineConfigEditsTests {
    private func config() throws -> TzrecEasyRecConfig {
        try PipelineConfig.parse(text: Goldens.fixture("multi_tower/pipeline.config"), fileName: "c").config
    }

    private func edited(_ path: String, _ value: String) throws -> TzrecEasyRecConfig {
        try PipelineConfig.apply(edits: [ConfigEdit(path: path, value: value)], to: config()).config
    }

    private func failure(_ path: String, _ value: String) -> String {
        do {
            _ = try edited(path, value)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test func setsScalarsEnumsAndLists() throws {
        #expect(try edited("model_dir", "elsewhere").modelDir == "elsewhere")
        #expect(try edited("data_config.batch_size", "7").dataConfig.batchSize == 7)
        #expect(try edited("data_config.shuffle", "True").dataConfig.shuffle)
        #expect(try edited("data_config.dataset_type", "CsvDataset").dataConfig.datasetType == .csvDataset)
        #expect(try edited("data_config.sample_mask_prob", "0.25").dataConfig.sampleMaskProb == 0.25)
        #expect(try edited("data_config.label_fields", "['a', 'b']").dataConfig.labelFields == ["a", "b"])
        #expect(try edited("data_config.label_fields[0]", "x").dataConfig.labelFields == ["x"])
        #expect(try edited("export_config.exporter_type", "best").exportConfig.exporterType == "best")
    }

    @Test func picksEntries() throws {
        let before = try config().modelConfig.multiTower
        let towers = before.towers.count
        #expect(towers >= 2)
        func units(_ path: String) throws -> [[UInt32]] {
            try edited(path, "[5]").modelConfig.multiTower.towers.map(\.mlp.hiddenUnits)
        }
        let prefix = "model_config.multi_tower."
        #expect(try units(prefix + "towers[0].mlp.hidden_units")[0] == [5])
        #expect(try units(prefix + "towers[0].mlp.hidden_units")[1] == before.towers[1].mlp.hiddenUnits)
        #expect(try units(prefix + "towers[-1].mlp.hidden_units")[towers - 1] == [5])
        #expect(try units(prefix + "towers[:].mlp.hidden_units") == Array(repeating: [5], count: towers))
        #expect(try units(prefix + "towers[1:].mlp.hidden_units")[0] == before.towers[0].mlp.hiddenUnits)
        #expect(try units(prefix + "towers[:1].mlp.hidden_units")[1] == before.towers[1].mlp.hiddenUnits)
        let name = before.towers[1].input
        #expect(try units(prefix + "towers[input=\(name)].mlp.hidden_units")[1] == [5])
        #expect(try units(prefix + "towers[ input = \(name) ].mlp.hidden_units")[0] == before.towers[0].mlp.hiddenUnits)
    }

    @Test func testsConditions() throws {
        let edited = try edited("feature_configs[id_feature.embedding_dim>=1].id_feature.embedding_dim", "3")
        for (old, new) in zip(try config().featureConfigs, edited.featureConfigs) {
            if case .idFeature(let feature) = old.feature {
                #expect(new.idFeature.embeddingDim == 3 && new.idFeature.featureName == feature.featureName)
            } else {
                #expect(new == old)
            }
        }
        let none = try self.edited("feature_configs[id_feature.feature_name<A].raw_feature.value_dim", "9")
        #expect(
            none.featureConfigs.filter { $0.rawFeature.valueDim == 9 }.count
                == none.featureConfigs.filter {
                    if case .rawFeature = $0.feature { return true }
                    return false
                }.count)
    }

    @Test func replacesBlocks() throws {
        let edited = try edited("train_config.sparse_optimizer", "{ adam_optimizer { lr: 0.5 } }")
        #expect(edited.trainConfig.sparseOptimizer.adamOptimizer.lr == 0.5)
        #expect(edited.trainConfig.sparseOptimizer.learningRate == nil)
    }

    @Test func readsTheCommandsJSON() throws {
        let json =
            #"{"data_config.batch_size; model_dir": "3;here", "data_config.delimiter": ";", "#
            + #""data_config.shuffle": true, "data_config.label_fields": ["q"]}"#
        let edits = try ConfigEdit.parse(json: json)
        #expect(
            edits == [
                ConfigEdit(path: "data_config.batch_size", value: "3"), ConfigEdit(path: "model_dir", value: "here"),
                ConfigEdit(path: "data_config.delimiter", value: ";"),
                ConfigEdit(path: "data_config.shuffle", value: "true"),
                ConfigEdit(path: "data_config.label_fields", value: #"["q"]"#),
            ])
        let config = try PipelineConfig.apply(edits: edits, to: config()).config
        #expect(config.dataConfig.delimiter == ";" && config.dataConfig.labelFields == ["q"])
        #expect(throws: SlipwayError.self) { try ConfigEdit.parse(json: #"{"a;b": "1"}"#) }
        #expect(throws: SlipwayError.self) { try ConfigEdit.parse(json: #"{"a": null}"#) }
    }

    @Test func warnsWhenNothingMatches() throws {
        let edit = ConfigEdit(path: "model_config.multi_tower.towers[input=none].input", value: "x")
        let (config, warnings) = try PipelineConfig.apply(edits: [edit], to: config())
        #expect(try config == self.config())
        #expect(warnings.map(\.message) == ["edit path `\(edit.path)` matches nothing"])
    }

    @Test(arguments: [
        ("", "1", "an edit has an empty path"),
        ("data_config.batch_sizes", "1", "DataConfig has no field `batch_sizes` — did you mean `batch_size`?"),
        ("data_config.batch_size", "many", "`batch_size` cannot be `many` — give a whole number, 0 or above"),
        ("data_config.batch_size", "-1", "`batch_size` cannot be `-1`"),
        ("data_config.fg_mode", "FG", "use one of FG_NONE, FG_NORMAL, FG_DAG, FG_BUCKETIZE"),
        ("data_config[0].batch_size", "1", "`data_config` is no list"),
        ("data_config.batch_size.x", "1", "`data_config.batch_size` is a whole number, 0 or above and has no fields"),
        ("feature_configs.id_feature.embedding_dim", "1", "`feature_configs` is a list"),
        ("feature_configs", "x", "`feature_configs` is a list of blocks"),
        ("feature_configs[999].id_feature.embedding_dim", "1", "entries, not one at 999"),
        ("feature_configs[:].id_feature.embedding_dim", "1", "would replace the `raw_feature` that is set there"),
        ("feature_configs[x].id_feature", "1", "`[x]` selects nothing"),
        ("feature_configs[0.id_feature", "1", "lacks its `]`"),
        ("feature_configs[id_featur.x=1].id_feature", "1", "has no single field `id_featur` to test"),
        ("feature_configs[id_feature.embedding_dim=x].id_feature", "1", "`embedding_dim` cannot be `x`"),
        ("train_config.sparse_optimizer", "{ adam }", "edit of train_config.sparse_optimizer:1:"),
        ("train_config.sparse_optimizer", "{ adam: 1 }", "unknown field `adam` in SparseOptimizer"),
        ("feature_configs[0].id_feature", "{ embedding_dim: 2 }", "required field `feature_name`"),
    ])
    func refuses(path: String, value: String, message: String) {
        #expect(failure(path, value).contains(message), "\(failure(path, value))")
    }

    /// Any path and value are applied or refused with a reason.
    @Test func survivesAnyEdit() throws {
        let config = try config()
        let pieces = [
            "feature_configs", "id_feature", "model_config", "[", "]", ":", "0", "-1", "99999999999999999999", ".", "=",
            "<",
            ">=", "towers", "multi_tower", "embedding_dim", "user", ";", " ", "{", "}", "é", "hidden_units",
        ]
        for seed in 0..<400 as Range<UInt64> {
            var random = SeededRandom(seed: seed)
            func text(_ count: Int) -> String {
                (0..<count).compactMap { _ in pieces.randomElement(using: &random) }.joined()
            }
            let edit = ConfigEdit(path: text(Int(seed % 9)), value: text(Int(seed % 4)))
            do {
                _ = try PipelineConfig.apply(edits: [edit], to: config)
            } catch is SlipwayError {
                continue
            }
        }
    }
}
