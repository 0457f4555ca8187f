import Foundation
import Testing

/// Checkpoints that are absent, damaged, hostile or of another model.
@Suite struct CheckpointErrorTests {
    private static let export = DamagedExample.exporting("package")
    private static let metadata = "\(DamagedExample.shards)/.metadata"
    private static let tensors = "\(DamagedExample.shards)/__0_0.distcp"

    @Test func wrongPath() throws {
        try DamagedExample().refuses(
            Self.export + ["--checkpoint_path", "nowhere"], status: 66,
            ["nowhere", "not exists", "check checkpoint_path"])
    }

    @Test func noCheckpointInModelDir() throws {
        let example = try DamagedExample()
        try example.replace(#"model_dir: "ckpt""#, with: #"model_dir: "empty""#)
        try example.refuses(
            Self.export, status: 66,
            ["checkpoint path should be specified", #"model_dir "empty""#, "give checkpoint_path"])
    }

    @Test func folderThatIsNoCheckpoint() throws {
        try DamagedExample().refuses(
            Self.export + ["--checkpoint_path", "data"], status: 66, ["data/model", "not exists", "model.ckpt-N"])
    }

    @Test func noMetadata() throws {
        let example = try DamagedExample()
        try example.remove(Self.metadata)
        try example.refuses(Self.export, status: 66, ["\(DamagedExample.shards) has no .metadata", "hidden files"])
    }

    @Test func truncatedMetadata() throws {
        let example = try DamagedExample()
        try example.truncate(Self.metadata, to: 5000)
        try example.refuses(
            Self.export, status: 65, ["cut off", "at byte", Self.metadata, "copy the checkpoint again"])
    }

    @Test func truncatedTensors() throws {
        let example = try DamagedExample()
        try example.truncate(Self.tensors, to: 100_000)
        try example.refuses(
            Self.export, status: 65,
            ["\(Self.tensors) is cut off", ".weight needs bytes", "bytes 100000..<", "copy the file again"])
    }

    @Test func absentTensors() throws {
        let example = try DamagedExample()
        try example.remove(Self.tensors)
        try example.refuses(
            Self.export, status: 66,
            ["\(Self.tensors) does not exist", ".metadata lists it", "copy the whole checkpoint"])
    }

    /// The pickle `posix.system("touch ran")`, as `pickle.dumps` writes it: it is named, and nothing runs.
    @Test(arguments: ["posix", "nt", "os"])
    func hostilePickle(module: String) throws {
        let example = try DamagedExample()
        let command = Array("touch ran".utf8)
        try example.write(
            [0x80, 2] + Array("c\(module)\nsystem\n".utf8) + [0x58, UInt8(command.count), 0, 0, 0] + command
                + [0x85, 0x52, 0x2E], to: Self.metadata)
        try example.refuses(
            Self.export, status: 69, ["\(module).system", "not allowed", Self.metadata, "only plain tensors"])
        #expect(!example.exists("ran"))
    }

    @Test func anotherShape() throws {
        let example = try DamagedExample()
        try example.replace("num_buckets: 83", with: "num_buckets: 84")
        try example.refuses(
            Self.export, status: 65,
            ["brand_emb.weight has shape [83, 8] in the checkpoint; the config implies [84, 8]", "pipeline.config"])
    }

    @Test func missingParameter() throws {
        let example = try DamagedExample()
        try example.replace(
            "hidden_units: 24\n      hidden_units: 8", with: "hidden_units: 24 hidden_units: 8 hidden_units: 8")
        try example.refuses(
            Self.export, status: 65,
            ["parameter model.final_mlp.mlp.2.perceptron.0.weight [8, 8] is missing from the checkpoint"])
    }

    @Test func superfluousParameters() throws {
        let example = try DamagedExample()
        try example.replace(
            "hidden_units: 16\n        activation: \"Dice\"", with: "hidden_units: 16\n        activation: \"nn.ReLU\"")
        let parts = ["parameters that the config does not account for", "model.towers.deep.mlp."]
        try example.refuses(Self.export, status: 65, parts + ["--allow-unused-parameters"])
        try example.warns(Self.export + ["--allow-unused-parameters"], saying: parts)
    }
}
