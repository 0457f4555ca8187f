import Foundation
import Testing

/// Pipeline configs that do not parse, contradict themselves or ask for what is not there.
@Suite struct ConfigErrorTests {
    private static let export = DamagedExample.exporting("package")

    /// Exports the example with `old` in its config replaced by `new`.
    private func refuses(_ old: String, _ new: String, status: Int32 = 65, _ parts: [String]) throws {
        let example = try DamagedExample()
        try example.replace(old, with: new)
        try example.refuses(Self.export, status: status, parts)
    }

    /// Replaces the model of the example's config.
    private func model(_ text: String) throws -> DamagedExample {
        let example = try DamagedExample()
        let config = String(decoding: try example.bytes("pipeline.config"), as: UTF8.self)
        let start = try #require(config.range(of: "  multi_tower_din {")).lowerBound
        try example.write(Array((config[..<start] + text + "\n}\n").utf8), to: "pipeline.config")
        return example
    }

    @Test func missing() throws {
        let example = try DamagedExample()
        try example.remove("pipeline.config")
        try example.refuses(
            Self.export, status: 66, ["pipeline config pipeline.config does not exist", "check --pipeline_config_path"])
    }

    @Test func parseErrorHasAPlace() throws {
        try refuses(
            "num_epochs: 2", "num_epochs: 2x",
            [
                "pipeline.config:19:15: `num_epochs` must be a whole number, 0 or above, got `2x`", "num_epochs: 2x\n",
                "^",
            ])
        try refuses("save_checkpoints_steps: 1000", "save_checkpoints_steps 1000", ["pipeline.config:20:"])
    }

    @Test func blockThatIsNotClosed() throws {
        try refuses(
            "model_dir: \"ckpt\"\n", "model_dir: \"ckpt\"\nexport_config {\n",
            ["pipeline.config:4:", "ExportConfig"])
    }

    @Test func unknownFieldIsAWarning() throws {
        let example = try DamagedExample()
        try example.replace("num_epochs: 2", with: "num_epochs: 2 numm_epochs: 3")
        try example.warns(Self.export, saying: ["pipeline.config:19:", "unknown field `numm_epochs`", "is ignored"])
    }

    @Test func absentFeature() throws {
        try refuses(
            "feature_names: \"words\"", "feature_names: \"wordz\"",
            ["feature group `deep` names `wordz`, which is no feature", "did you mean `words`?"])
    }

    @Test func tableWithoutASize() throws {
        try refuses(
            "    num_buckets: 83\n", "",
            ["feature `brand`: nothing gives its table a size", "hash_bucket_size, num_buckets"])
    }

    @Test(arguments: ["9223372036854775807", "18446744073709551615", "1099511627777"])
    func tableOfAbsurdSize(size: String) throws {
        try refuses("num_buckets: 83", "num_buckets: \(size)", ["feature brand", size, "num_buckets"])
    }

    @Test func unknownActivation() throws {
        try refuses(
            "\"nn.Sigmoid\"", "\"nn.Sigmoidal\"",
            ["din_towers[1].attn_mlp.activation", "unknown activation `nn.Sigmoidal`", "nn.Sigmoid,"])
    }

    @Test func noModel() throws {
        try model("").refuses(Self.export, status: 65, ["model_config names no model", "multi_tower_din"])
    }

    @Test func tableThatTheCheckpointLacks() throws {
        try refuses(
            "    num_buckets: 83\n", "    dynamicemb { max_capacity: 83 }\n", status: 65,
            ["dynamicemb folder has no table", "brand_emb", "copy the folder dynamicemb of the checkpoint"])
    }

    @Test(arguments: [
        (#"{"model_dir""#, "no `:` where one should be, at byte 12"),
        ("[1]", "edit_config_json is no flat JSON object"),
        (#"{"model_dirx": "a"}"#, "did you mean `model_dir`?"),
        (#"{"data_config.batch_size": "x"}"#, "`batch_size` cannot be `x`"),
    ])
    func badEdits(edits: String, part: String) throws {
        try DamagedExample().refuses(Self.export + ["--edit_config_json", edits], status: 64, [part])
    }
}
