import Foundation
import SlipwayTestSupport
import Testing

/// `slipway export` with layers in bf16 and int8, on the bundled example.
@Suite struct DensePrecisionTests {
    private static let exporting = ["export", "--pipeline_config_path", "pipeline.config", "--export_dir"]

    private func json(_ example: DamagedExample, _ file: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(example.bytes(file))) as? [String: Any])
    }

    private func probabilities(_ example: DamagedExample, _ package: String) throws -> [Double] {
        let result = try example.slipway([
            "predict", "--scripted_model_path", package, "--predict_input_path", DamagedExample.rows,
            "--predict_output_path", "scores-\(package)",
        ])
        try #require(result.status == 0, "\(result.output)")
        return try #require(try Predictions(path: example.folder.path("scores-\(package)")).columns["probs"])
    }

    /// Stored smaller, stated in the manifest, within the stated drift, and verified byte for byte.
    @Test(arguments: [("bf16", 0.01), ("int8", 0.1)])
    func scoresStayWithinTheStatedDrift(_ precision: String, _ allowed: Double) throws {
        let example = try DamagedExample()
        let plain = try example.slipway(Self.exporting + ["plain", "--no-report"])
        try #require(plain.status == 0, "\(plain.output)")
        let export = try example.slipway(
            Self.exporting + ["package", "--dense-precision", precision, "--max-score-drift", "\(allowed)"])
        try #require(export.status == 0, "\(export.output)")
        #expect(try json(example, "package/manifest.json")["dense_precision"] as? String == precision)
        let sizes = try ["plain", "package"].map { try example.bytes("\($0)/dense.safetensors").count }
        #expect(sizes[1] < sizes[0])
        let scores = try [probabilities(example, "plain"), probabilities(example, "package")]
        let largest = zip(scores[0], scores[1]).map { abs($0 - $1) }.max() ?? 1
        #expect(largest > 0)
        #expect(largest <= allowed)
        let dense = try #require(try json(example, "package/report.json")["dense_part"] as? [String: Any])
        let outputs = try #require(dense["outputs"] as? [[String: Any]])
        let drift = try #require(outputs.first { $0["output"] as? String == "probs" }?["drift"] as? [String: Any])
        #expect((drift["largest"] as? Double ?? 1) <= allowed)
        #expect((drift["largest"] as? Double ?? 0) > 0)
        let verify = try example.slipway(["verify", "package", "--against", VerifyTests.checkpoint, "--rows", "0"])
        #expect(verify.status == 0, "\(verify.output)")
        let replay = try example.slipway(["verify", "package", "--against", VerifyTests.checkpoint])
        #expect(replay.output.contains("the dense part is stored as \(precision)"))
    }

    /// Compiled code multiplies in the same bits as the portable backend: with the instructions both do, without them neither.
    @Test(
        .enabled(if: AheadOfTimeTests.hasCompiler, "there is no compiler for this machine"),
        arguments: ["bf16", "int8"], ["1", "2"])
    func compiledCodeGivesTheSame(_ precision: String, _ mode: String) throws {
        let example = try DamagedExample()
        let asked = ["--no-report", "--dense-precision", precision, "--allow-score-drift"]
        let plain = try example.slipway(Self.exporting + ["plain"] + asked)
        try #require(plain.status == 0, "\(plain.output)")
        let compiled = try example.slipway(Self.exporting + ["compiled"] + asked, ["ENABLE_AOT": mode])
        try #require(compiled.status == 0, "\(compiled.output)")
        let pairs = zip(try probabilities(example, "plain"), try probabilities(example, "compiled"))
        #expect((pairs.map { abs($0 - $1) }.max() ?? 1) <= 2e-6)
    }

    @Test func theConfigAsksForIt() throws {
        let example = try DamagedExample()
        let edit = ["--edit_config_json", "{\"export_config.mixed_precision\": \"BF16\"}"]
        let export = try example.slipway(Self.exporting + ["package", "--no-report"] + edit)
        #expect(export.status == 0, "\(export.output)")
        #expect(export.output.contains("the model was trained with float32"))
        #expect(try json(example, "package/manifest.json")["dense_precision"] as? String == "bf16")
        let plain = try example.slipway(Self.exporting + ["plain", "--no-report", "--dense-precision", "fp32"] + edit)
        #expect(plain.status == 0, "\(plain.output)")
        #expect(try json(example, "plain/manifest.json")["dense_precision"] == nil)
        for (word, text) in [("FP16", "set BF16"), ("BF17", "export_config.mixed_precision is BF17")] {
            let refused = try example.slipway(
                Self.exporting + [
                    "other", "--edit_config_json", "{\"export_config.mixed_precision\": \"\(word)\"}",
                ])
            #expect(refused.status != 0)
            #expect(refused.output.contains(text))
            #expect(!example.exists("other"))
        }
    }

    /// Refused beyond what may be, with nothing left behind, unless it is allowed.
    @Test func tooMuchDriftIsRefused() throws {
        let example = try DamagedExample()
        let asked = ["--dense-precision", "int8", "--max-score-drift", "1e-7"]
        let refused = try example.slipway(Self.exporting + ["package"] + asked)
        #expect(refused.status != 0)
        #expect(refused.output.contains("with the dense part as int8, output probs drifts by "))
        #expect(refused.output.contains("--allow-score-drift"))
        #expect(!example.exists("package"))
        let allowed = try example.slipway(Self.exporting + ["package", "--allow-score-drift"] + asked)
        #expect(allowed.status == 0, "\(allowed.output)")
        #expect(allowed.output.contains("warning: with the dense part as int8, output probs drifts by "))
        let negative = try example.slipway(Self.exporting + ["other", "--max-score-drift=-1"])
        #expect(negative.status != 0)
        #expect(negative.output.contains("--max-score-drift with a number from 0 on"))
    }

    /// Between the drift of bf16 and of int8, some layers are one and some the other.
    @Test func layersThatDriftTooFarStayBF16() throws {
        let example = try DamagedExample()
        func drift(_ package: String, _ arguments: [String]) throws -> (largest: Double, output: String) {
            let export = try example.slipway(Self.exporting + [package] + arguments)
            try #require(export.status == 0, "\(export.output)")
            let dense = try #require(try json(example, "\(package)/report.json")["dense_part"] as? [String: Any])
            let outputs = try #require(dense["outputs"] as? [[String: Any]])
            let found = try #require(outputs.first { $0["output"] as? String == "probs" }?["drift"] as? [String: Any])
            return (try #require(found["largest"] as? Double), export.output)
        }
        let most = try drift("int8", ["--dense-precision", "int8", "--allow-score-drift"]).largest
        let least = try drift("bf16", ["--dense-precision", "bf16"]).largest
        let limit = (most + least) / 2
        let mixed = try drift("mixed", ["--dense-precision", "int8", "--max-score-drift", "\(limit)"])
        #expect(mixed.largest <= limit)
        #expect(mixed.output.contains(" layers stay bf16, so that scores drift by no more than "))
        #expect(try json(example, "mixed/manifest.json")["dense_precision"] as? String == "int8")
        let sizes = try ["int8", "mixed", "bf16"].map { try example.bytes("\($0)/dense.safetensors").count }
        #expect(sizes[0] < sizes[1] && sizes[1] < sizes[2])
        let rows = try probabilities(example, "mixed")
        #expect(!rows.isEmpty)
    }

    @Test func damagedCodesAreRefused() throws {
        let example = try DamagedExample()
        let export = try example.slipway(
            Self.exporting + ["package", "--no-report", "--dense-precision", "int8", "--allow-score-drift"])
        try #require(export.status == 0, "\(export.output)")
        // The header names the type of every tensor: another one has other bytes.
        var bytes = try example.bytes("package/dense.safetensors")
        let header = try #require(bytes.firstRange(of: Array("#int8_input".utf8)))
        bytes.replaceSubrange(header, with: Array("#int8_inpux".utf8))
        try example.write(bytes, to: "package/dense.safetensors")
        let result = try example.slipway(DamagedExample.predicting())
        #expect(result.status != 0)
        #expect(result.output.contains("#int8_input"))
    }

    /// Against TorchEasyRec's own scores in float32, within what the export allows unasked.
    @Test(
        .enabled(if: GoldenCase.isAvailable, "the golden cases are not beside the checkout"),
        arguments: GoldenCase.all().filter {
            $0.setting == "q0" && ["deepfm", "dbmtl", "wukong"].contains($0.folder.lastPathComponent)
        })
    func goldenScoresStayWithinTheDrift(_ golden: GoldenCase) throws {
        let folder = try TemporaryFolder()
        let package = folder.path("package")
        let export = try Command.slipway(
            Self.exporting + [package, "--no-report", "--dense-precision", "bf16"], in: golden.folder,
            environment: golden.environment)
        try #require(export.status == 0, "\(export.output)")
        let predict = try Command.slipway(
            [
                "predict", "--scripted_model_path", package, "--predict_input_path", golden.rows,
                "--predict_output_path", folder.path("scores"),
            ], in: golden.folder, environment: golden.environment)
        try #require(predict.status == 0, "\(predict.output)")
        let expected = try Predictions(path: golden.expected).columns
        let actual = try Predictions(path: folder.path("scores")).columns
        let probabilities = actual.keys.filter { $0.hasPrefix("probs") }
        #expect(!probabilities.isEmpty)
        for name in probabilities {
            let pairs = zip(try #require(actual[name]), try #require(expected[name]))
            #expect((pairs.map { abs($0 - $1) }.max() ?? 1) <= 0.01, "\(name)")
        }
    }
}
