import Foundation
import SlipwayTestSupport
import Testing

/// `slipway verify` on the bundled example, as it is and damaged.
@Suite struct VerifyTests {
    static let checkpoint = "ckpt/model.ckpt-31"
    static let verifying = ["verify", "package", "--against", checkpoint]
    static let bags = "model.embedding_group.emb_impls.__BASE__.ebc.embedding_bags."

    /// The JSON that `arguments` print, and the exit status.
    private func verify(_ example: DamagedExample, _ arguments: [String] = []) throws -> (Verified, Int32) {
        let result = try example.slipway(Self.verifying + ["--format", "json"] + arguments)
        return (try Verified(result.output), result.status)
    }

    @Test(arguments: ["0", "FP16", "INT8", "INT4", "INT2"])
    func anExportIsEqual(_ storage: String) throws {
        let example = try DamagedExample.exported(["QUANT_EMB": storage, "QUANT_EC_EMB": storage == "0" ? "0" : "1"])
        for arguments in [[], ["--data", DamagedExample.rows, "--rows", "60"]] {
            let (report, status) = try verify(example, arguments)
            #expect(status == 0)
            #expect(report.isEqual)
            #expect(report.part["graph_equal"] as? Bool == true)
            #expect(report.part["tables"] as? Int == 13)
            #expect(report.part["dense_weights"] as? Int ?? 0 > 0)
            #expect(report.outputs.map(\.name) == ["logits", "probs"])
            for output in report.outputs {
                #expect(output.rows == (arguments.isEmpty ? 100 : 60))
                #expect(output.judged <= 1e-5)
                // Float32 tables lose nothing; others do.
                #expect(storage == "0" ? output.drift == nil : (output.drift ?? 0) > 1e-5)
            }
        }
    }

    /// The last byte of a bias holds its sign: every row moves by twice the bias.
    @Test func aChangedBiasMovesEveryRow() throws {
        let example = try DamagedExample.exported()
        try example.damage("model.output_mlp.bias", in: "dense.safetensors", byte: 3, flipping: 0x80)
        let (report, status) = try verify(example)
        #expect(status == 1)
        #expect(!report.isEqual)
        #expect(report.differing == ["model.output_mlp.bias: element 0 differs"])
        let logits = try #require(report.outputs.first { $0.name == "logits" })
        #expect(logits.largest > 1e-3)
        #expect(abs(logits.mean - logits.largest) < 1e-5)
        let text = try example.slipway(Self.verifying)
        #expect(text.status == 1)
        #expect(text.output.contains("1 DIFFER"))
        #expect(text.output.contains("DIFFERENT: the package is not what this checkpoint gives"))
    }

    /// A row that only some rows read: the worst row is one of them.
    @Test func aChangedTableRowIsNamed() throws {
        let example = try DamagedExample.exported()
        // Row 3 of `gender_emb`: 12 bytes a row, scale first; its exponent grows.
        try example.damage("\(Self.bags)gender_emb.weight", in: "tables.safetensors", byte: 3 * 12 + 1, flipping: 0x10)
        let (report, status) = try verify(example)
        #expect(status == 1)
        #expect(report.differing == ["\(Self.bags)gender_emb.weight: row 3 differs"])
        #expect(report.outputs.contains { $0.judged > 1e-5 })
        // Row 0 has no ids at all.
        #expect(report.outputs.allSatisfy { $0.worst != 0 })
    }

    /// Without rows the weights alone decide.
    @Test func weightsOnly() throws {
        let example = try DamagedExample.exported()
        #expect(try verify(example, ["--rows", "0"]).1 == 0)
        try example.damage("model.final_mlp.mlp.0.perceptron.0.bias", in: "dense.safetensors", byte: 8)
        let (report, status) = try verify(example, ["--rows", "0"])
        #expect(status == 1)
        #expect(report.outputs.isEmpty)
        #expect(report.differing == ["model.final_mlp.mlp.0.perceptron.0.bias: element 2 differs"])
    }

    /// The tolerance decides on scores, never on weights.
    @Test func toleranceAndSeed() throws {
        let example = try DamagedExample.exported()
        #expect(try verify(example, ["--tolerance", "0"]).1 == 1)
        let (first, _) = try verify(example, ["--seed", "7"])
        let (again, _) = try verify(example, ["--seed", "7"])
        let (other, _) = try verify(example, ["--seed", "8"])
        #expect(first.outputs.map(\.largest) == again.outputs.map(\.largest))
        #expect(first.outputs.map(\.largest) != other.outputs.map(\.largest))
    }

    @Test func aFileThatIsNotTheManifests() throws {
        let example = try DamagedExample.exported()
        var bytes = try example.bytes("package/dense.safetensors")
        bytes[bytes.count - 1] ^= 1
        try example.write(bytes, to: "package/dense.safetensors")
        try example.refuses(Self.verifying, status: 65, ["dense.safetensors has SHA-256 ", "in package package"])
    }

    @Test func theCheckpointOfAnotherModel() throws {
        let example = try DamagedExample.exported()
        let other = Command.root.appendingPathComponent(
            "Tests/SlipwayCheckpointTests/Fixtures/two_rank_rowwise_deepfm/model.ckpt-9")
        try example.refuses(
            ["verify", "package", "--against", other.path], status: 65,
            [
                "the checkpoint does not fit the config",
                "user_id_emb.weight [368, 8] is missing from the checkpoint",
                "brand_emb.weight has shape [53, 8] in the checkpoint; the config implies [83, 8]",
            ])
    }

    @Test(arguments: [
        (["verify", "nowhere", "--against", checkpoint], 66, "nowhere does not exist"),
        (["verify", "package", "--against", "nowhere"], 66, "checkpoint_dir[nowhere] not exists."),
        (verifying + ["--rows=-1"], 64, "the number of rows is -1"),
        (verifying + ["--tolerance", "nan"], 64, "the tolerance is nan"),
        (verifying + ["--tolerance=-1"], 64, "the tolerance is -1.0"),
        (verifying + ["--data", "nowhere.parquet"], 66, "nowhere.parquet"),
        (verifying + ["--pipeline_config_path", "nowhere"], 66, "pipeline config nowhere does not exist"),
        (verifying + ["--format", "xml"], 64, "'xml' is invalid"),
    ])
    func badArguments(_ arguments: [String], _ status: Int32, _ message: String) throws {
        let result = try DamagedExample.exported().slipway(arguments)
        #expect(result.status == status)
        #expect(result.output.contains(message), "\(result.output)")
    }

    /// Cases beside the checkout: several parts, mapped ids, lists of candidates, integer outputs.
    @Test(
        .enabled(if: GoldenCase.isAvailable, "the golden cases are not beside the checkout"),
        arguments: ["dssm", "multi_tower_din", "tdm", "mind", "zch", "sid_rqvae", "dlrm_hstu", "mmoe", "two_rank_auto"])
    func goldenExportsAreEqual(_ name: String) throws {
        let folder = try TemporaryFolder()
        let golden = GoldenCase.goldens.appendingPathComponent(name)
        let export = try Command.slipway(
            [
                "export", "--pipeline_config_path", "pipeline.config", "--export_dir", folder.path("package"),
            ] + (name == "dlrm_hstu" ? ["--additional_export_config", #"{"cand_seq_pk": "cand_seq"}"#] : []), in: golden
        )
        try #require(export.status == 0, "\(export.output)")
        let checkpoint = try #require(export.output.firstMatch(of: #/checkpoint (ckpt\S+)/#)?.output.1)
        let result = try Command.slipway(
            ["verify", folder.path("package"), "--against", String(checkpoint)], in: golden)
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.contains("equal: the package is the checkpoint's"))
    }

    /// A part on its own is rebuilt with its sibling's features.
    @Test(.enabled(if: GoldenCase.isAvailable, "the golden cases are not beside the checkout"))
    func onePartOfSeveral() throws {
        let folder = try TemporaryFolder()
        let golden = GoldenCase.goldens.appendingPathComponent("dssm")
        let export = try Command.slipway(
            ["export", "--pipeline_config_path", "pipeline.config", "--export_dir", folder.path("package")], in: golden)
        try #require(export.status == 0, "\(export.output)")
        let result = try Command.slipway(
            ["verify", folder.path("package/item"), "--against", "ckpt/model.ckpt-31", "--rows", "5"], in: golden)
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.contains("item_tower_emb"))
        #expect(!result.output.contains("user_tower_emb"))
    }

    /// The best checkpoint was exported; the latest has other weights.
    @Test(.enabled(if: GoldenCase.isAvailable, "the golden cases are not beside the checkout"))
    func anotherStep() throws {
        let folder = try TemporaryFolder()
        let golden = GoldenCase.goldens.appendingPathComponent("deepfm")
        let export = try Command.slipway(
            ["export", "--pipeline_config_path", "pipeline.config", "--export_dir", folder.path("package")], in: golden)
        try #require(export.status == 0, "\(export.output)")
        let used = try #require(export.output.firstMatch(of: #/checkpoint (ckpt\S+)/#)?.output.1)
        let steps = try FileManager.default.contentsOfDirectory(
            atPath: golden.appendingPathComponent("ckpt").path
        ).filter { $0.hasPrefix("model.ckpt-") }
        let other = try #require(steps.map { "ckpt/\($0)" }.sorted().last { $0 != used })
        let result = try Command.slipway(["verify", folder.path("package"), "--against", other], in: golden)
        #expect(result.status == 1, "\(result.output)")
        #expect(result.output.contains(" DIFFER "))
        #expect(result.output.contains("row 0 and "))
    }
}

/// The JSON of a verification, of a model of one part.
private struct Verified {
    struct Output {
        let name: String
        let rows: Int
        let largest: Double, mean: Double, judged: Double
        let drift: Double?
        let worst: Int?
    }

    let isEqual: Bool
    let part: [String: Any]
    let outputs: [Output]
    let differing: [String]

    /// - Parameter output: what was printed, warnings before the object.
    init(_ output: String) throws {
        let start = try #require(output.range(of: "{\n"), "\(output)").lowerBound
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(output[start...].utf8)) as? [String: Any], "\(output)")
        isEqual = try #require(json["equal"] as? Bool)
        let parts = try #require(json["parts"] as? [[String: Any]])
        part = try #require(parts.first)
        outputs = try #require(part["outputs"] as? [[String: Any]]).map { output in
            func number(_ key: String) throws -> Double { try #require(output[key] as? Double) }
            return Output(
                name: try #require(output["output"] as? String), rows: try #require(output["rows"] as? Int),
                largest: try number("largest"), mean: try number("mean"), judged: try number("judged"),
                drift: output["drift"] as? Double, worst: output["worst_row"] as? Int)
        }
        differing = try #require(part["differing_weights"] as? [[String: String]]).map {
            "\($0["name"] ?? ""): \($0["problem"] ?? "")"
        }
    }
}
