import Foundation
import Testing

/// A model whose tables lie in a `dynamicemb` folder of two ranks. `scripts/make_dynamicemb_case.py` wrote it, and the
/// scores that TorchEasyRec gives for the rows of its ids.
@Suite struct DynamicTableTests {
    private static let source = "Tests/SlipwayEndToEndTests/Fixtures/dynamicemb"
    private static let folder = "ckpt/model.ckpt-5/dynamicemb"
    private static let bags = "\(folder)/model.model.embedding_group.emb_impls.__BASE__.ebc"
    private static let steps = "\(folder)/model.model.embedding_group.seq_emb_impls.__BASE__.ec_dict.8"
    private static let export = DamagedExample.exporting("package")

    private func example() throws -> DamagedExample { try DamagedExample(Self.source) }

    private func score(_ quantization: String) throws -> Predictions {
        let example = try example()
        let exported = try example.slipway(Self.export, ["QUANT_EMB": quantization])
        try #require(exported.status == 0, "\(exported.output)")
        let scored = try example.slipway(
            DamagedExample.predicting("data/eval.parquet") + ["--reserved_columns", "row_id"])
        try #require(scored.status == 0, "\(scored.output)")
        return try example.predictions()
    }

    @Test(arguments: [("0", "q0"), ("INT8", "int8")]) func scoresAreThoseOfTheRows(
        quantization: String, name: String
    ) throws {
        let file = Command.root.appendingPathComponent("\(Self.source)/expected_\(name).parquet")
        let (largest, problem) = Predictions.difference(try Predictions(path: file.path), try score(quantization))
        #expect(problem == nil)
        #expect(largest <= 1e-5)
    }

    @Test func rowsMatter() throws {
        let (largest, _) = Predictions.difference(try score("0"), try score("INT4"))
        #expect(largest > 1e-4)
    }

    @Test func noFolder() throws {
        let example = try example()
        try example.remove(Self.folder)
        try example.refuses(
            Self.export, status: 65,
            [
                "the checkpoint's dynamicemb folder has no table model.embedding_group.emb_impls.__BASE__.ebc."
                    + "embedding_bags.user_emb", "copy the folder dynamicemb",
            ])
    }

    @Test func missingTable() throws {
        let example = try example()
        for rank in 0..<2 {
            for item in ["keys", "values"] {
                try example.remove("\(Self.steps)/item_shared_emb_\(item).rank_\(rank).world_size_2")
            }
        }
        try example.refuses(
            Self.export, status: 65, ["has no table", "ec_dict.8.embeddings.item_shared", "it has model.embedding"])
    }

    @Test func missingRank() throws {
        let example = try example()
        try example.remove("\(Self.bags)/user_emb_emb_keys.rank_1.world_size_2")
        try example.refuses(
            Self.export, status: 65, ["lacks user_emb_emb_keys.rank_1.world_size_2", "2 ranks", "every rank"])
    }

    @Test func missingValues() throws {
        let example = try example()
        try example.remove("\(Self.bags)/user_emb_emb_values.rank_0.world_size_2")
        try example.refuses(
            Self.export, status: 65, ["user_emb_emb_values.rank_0.world_size_2 does not exist", "every rank"])
    }

    @Test(arguments: [("keys", "which is no number of 8-byte keys"), ("values", "which are no rows for")])
    func cutOff(item: String, part: String) throws {
        let example = try example()
        let name = "\(Self.bags)/user_emb_emb_\(item).rank_0.world_size_2"
        try example.truncate(name, to: try example.bytes(name).count - 3)
        try example.refuses(Self.export, status: 65, [name, part, "copy the file again"])
    }

    @Test func filesOfTwoRuns() throws {
        let example = try example()
        try example.write([], to: "\(Self.bags)/user_emb_emb_keys.rank_0.world_size_3")
        try example.refuses(Self.export, status: 65, ["files of user_emb from runs of [2, 3] ranks"])
    }

    @Test func oneIdTwice() throws {
        let example = try example()
        for item in ["keys", "values"] {
            let one = "\(Self.bags)/user_emb_emb_\(item).rank_0.world_size_2"
            try example.write(try example.bytes(one), to: one.replacing("rank_0", with: "rank_1"))
        }
        try example.refuses(Self.export, status: 65, ["table user_emb", "has two rows for id"])
    }

    @Test func anotherWidth() throws {
        let example = try example()
        try example.replace(
            "embedding_dim: 8 dynamicemb { max_capacity: 1000 }",
            with: "embedding_dim: 4 dynamicemb { max_capacity: 1000 }")
        try example.refuses(
            Self.export, status: 65,
            ["embedding_bags.user_emb.weight has shape [", ", 8] in the checkpoint; the config implies [", ", 4]"])
    }

    @Test func valuesThatAreNoNumbers() throws {
        let example = try example()
        let name = "\(Self.bags)/user_emb_emb_values.rank_0.world_size_2"
        var bytes = try example.bytes(name)
        bytes.replaceSubrange(4..<8, with: [0, 0, 0xC0, 0x7F])
        try example.write(bytes, to: name)
        try example.refuses(Self.export, status: 65, ["row 0 holds NaN", "user_emb"])
    }

    @Test func initialValuesOfEvaluationAreNotUsed() throws {
        let example = try example()
        try example.replace(
            "dynamicemb { max_capacity: 1000 } } }\nfeature_configs { id_feature { feature_name: \"tags\"",
            with: "dynamicemb { max_capacity: 1000 eval_initializer_args { value: 0.5 } } } }\n"
                + "feature_configs { id_feature { feature_name: \"tags\"")
        try example.warns(Self.export, saying: ["dynamicemb features user", "eval_initializer_args", "zeros"])
    }
}
