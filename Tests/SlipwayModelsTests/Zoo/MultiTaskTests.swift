import SlipwayConfig
import SlipwayCore
import SlipwayFeatures
import SlipwayGraph
import Testing

@testable import SlipwayModels

/// Kinds and options that no golden case has: their weights and outputs.
@Suite struct MultiTaskTests {
    private func part(_ model: String, kind: String) throws -> Graph {
        let text = """
            train_input_path: "t"
            eval_input_path: "e"
            model_dir: "m"
            feature_configs { id_feature { feature_name: "a" expression: "user:a" num_buckets: 10 embedding_dim: 4 } }
            feature_configs { id_feature { feature_name: "b" expression: "user:b" num_buckets: 10 embedding_dim: 2 } }
            model_config {
              feature_groups { group_name: "all" feature_names: "a" feature_names: "b" group_type: DEEP }
              \(model)
            }
            """
        let config = try PipelineConfig.parse(text: text, fileName: "test").config
        let context = ModelContext(config: config, features: try FeatureSet.make(config), options: ModelOptions())
        return try #require(try ModelCatalogue.parts(context, kind: kind).first).graph
    }

    private func shapes(_ graph: Graph) -> [String: [Int]] {
        let dense = graph.parameters.filter { !$0.isTable }
        return Dictionary(
            uniqueKeysWithValues: dense.map { ($0.name, graph.type($0.value).dimensions.compactMap(\.size)) })
    }

    private let towers = """
        task_towers { tower_name: "ctr" label_name: "x" losses { binary_cross_entropy {} } mlp { hidden_units: 3 } }
        task_towers { tower_name: "cvr" label_name: "y" num_class: 2 losses { softmax_cross_entropy {} } }
        """

    @Test func simpleMultiTaskHasATowerATask() throws {
        let graph = try part("simple_multi_task { \(towers) }", kind: "simple_multi_task")
        #expect(
            shapes(graph) == [
                "model._task_tower.0.tower_mlp.mlp.0.perceptron.0.weight": [3, 6],
                "model._task_tower.0.tower_mlp.mlp.0.perceptron.0.bias": [3],
                "model._task_tower.0.linear.weight": [1, 3], "model._task_tower.0.linear.bias": [1],
                "model._task_tower.1.linear.weight": [2, 6], "model._task_tower.1.linear.bias": [2],
            ])
        #expect(graph.outputs.map(\.name) == ["logits_ctr", "probs_ctr", "logits_cvr", "probs_cvr", "probs1_cvr"])
    }

    @Test func variationalDropoutStandsBeforeTheModel() throws {
        let graph = try part(
            "variational_dropout {} simple_multi_task { \(towers) }", kind: "simple_multi_task")
        #expect(shapes(graph)["model.group_variational_dropouts.all.feature_p"] == [2])
    }

    @Test func interventionsNeedTowersBeforeThem() throws {
        func tower(_ name: String, _ rest: String) -> String {
            "task_towers { tower_name: \"\(name)\" label_name: \"x\" losses { binary_cross_entropy {} } \(rest) }"
        }
        func message(_ towers: String) throws -> String {
            do { _ = try part("dc2vr { \(towers) }", kind: "dc2vr") } catch let error as SlipwayError {
                return "\(error.message)"
            }
            return ""
        }
        let late = tower("a", "low_rank_dim: 2 intervention_tower_names: \"b\"") + tower("b", "")
        #expect(try message(late).contains("not a tower before it"))
        #expect(try message(tower("a", "low_rank_dim: 2")).contains("no intervention_tower_names"))
        let wide = tower("a", "") + tower("b", "low_rank_dim: 6 intervention_tower_names: \"a\"")
        #expect(try message(wide).contains("low_rank_dim is 6"))
    }

    @Test func boosterWeightsAreForTrainingOnly() throws {
        #expect(try ModelCatalogue.isTrainingOnly("model.booster_linear.bias", kind: "rocket_launching"))
        #expect(try !ModelCatalogue.isTrainingOnly("model.light_linear.bias", kind: "rocket_launching"))
        #expect(try !ModelCatalogue.isTrainingOnly("model.booster_linear.bias", kind: "mmoe"))
    }
}
