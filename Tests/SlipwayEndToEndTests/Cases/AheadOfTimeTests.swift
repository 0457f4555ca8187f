import Foundation
import SlipwayArtifact
import SlipwayBackendAOT
import SlipwayCore
import SlipwayRuntime
import SlipwayTestSupport
import Testing

/// Packages with compiled code, from the command line.
@Suite struct AheadOfTimeTests {
    /// One of each: attention, towers with shared inputs, cross products, experts, a part with nothing to compile.
    private static let representative = [
        "dbmtl_seq/q0", "multi_tower_din/tile3_int8", "dlrm/int8", "ple/q0", "tdm/ec8",
    ]

    /// With `SLIPWAY_AOT_ALL=1` every case: `scripts/check_ahead_of_time.sh`.
    private static let cases = GoldenCase.all().filter { golden in
        guard ProcessInfo.processInfo.environment["SLIPWAY_AOT_ALL"] != "1" else { return true }
        return representative.contains("\(golden.name)/\(golden.setting)")
    }

    static var hasCompiler: Bool { (try? Clang(environment: ProcessInfo.processInfo.environment)) != nil }

    /// The variant this machine runs, so that a test compiles no more than it uses.
    private static let target = AOTTarget.ofThisMachine

    @Test(
        "scores are TorchEasyRec's", .enabled(if: GoldenCase.isAvailable && hasCompiler),
        arguments: cases, ["1", "2"])
    func predictionsAgree(_ golden: GoldenCase, mode: String) throws {
        let folder = try TemporaryFolder()
        let package = folder.path("package")
        let predictions = folder.path("predictions")
        let target = try #require(Self.target)
        let export = try Command.slipway(
            [
                "export", "--pipeline_config_path", "pipeline.config", "--export_dir", package, "--target",
                target.rawValue,
            ],
            in: golden.folder, environment: golden.environment.merging(["ENABLE_AOT": mode]) { $1 })
        try #require(export.status == 0, "\(export.output)")
        let part = golden.part.isEmpty ? package : "\(package)/\(golden.part)"
        let flags = try String(contentsOfFile: "\(part)/model_acc.json", encoding: .utf8)
        #expect(flags.contains("\"ENABLE_AOT\": \"\(mode)\""))
        if golden.part != "embedding" {
            let loaded = try AOTLoader.load(try Package.open(path: part))
            #expect(loaded.backend == target.rawValue)
        }
        let predict = try Command.slipway(
            [
                "predict", "--scripted_model_path", part, "--predict_input_path", golden.rows, "--predict_output_path",
                predictions, "--reserved_columns", "row_id",
            ], in: golden.folder)
        try #require(predict.status == 0, "\(predict.output)")
        let (largest, problem) = Predictions.difference(
            try Predictions(path: golden.expected), try Predictions(path: predictions))
        #expect(problem == nil)
        #expect(largest <= 1e-5)
    }

    @Test("requests of one user", .enabled(if: GoldenCase.isAvailable && hasCompiler))
    func tiledRequests() throws {
        let request = try #require(
            TiledRequestTests.requests.first { $0.golden.name == "multi_tower_din" && $0.golden.setting == "tile3" })
        let folder = try TemporaryFolder()
        let export = try Command.slipway(
            ["export", "--pipeline_config_path", "pipeline.config", "--export_dir", folder.path("package")],
            in: request.golden.folder,
            environment: request.golden.environment.merging(["ENABLE_AOT": "2", "MAX_EXPORT_BATCH_SIZE": "25"]) { $1 })
        try #require(export.status == 0, "\(export.output)")
        let package = try Package.open(path: folder.path("package"))
        let arrays = try NumpyArchive(path: request.path).arrays
        let predictor = try AOTLoader.load(package).predictor
        #expect(predictor.maximumRows == 25)
        let batch = try TiledRequestTests.batch(package.graph, arrays)
        let found = try predictor.run(batch, scratch: PredictorScratch(for: predictor))
        for output in found.outputs {
            let theirs = try #require(arrays["out/\(output.name)"])
            let gap = zip(output.floats, theirs.floats).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 1
            #expect(output.floats.count == theirs.floats.count)
            #expect(gap <= 1e-5, "\(output.name)")
        }
    }

    @Test(.enabled(if: hasCompiler)) func theCodeIsKeptOnRequest() throws {
        let example = try DamagedExample()
        let target = try #require(Self.target)
        let export = try example.slipway(
            DamagedExample.exporting("package") + ["--keep-source", "--target", target.rawValue], ["ENABLE_AOT": "1"])
        try #require(export.status == 0, "\(export.output)")
        let source = try String(contentsOfFile: example.folder.path("package/aot/model.c"), encoding: .utf8)
        #expect(source.contains("slipway_aot_0_run"))
        let files = try FileManager.default.contentsOfDirectory(atPath: example.folder.path("package/aot")).sorted()
        #expect(files == ["model.c", "plan.json", "weights.safetensors", "\(target.rawValue).so"].sorted())
    }

    /// Changed files are refused before their code is run.
    @Test(.enabled(if: hasCompiler), arguments: ["plan.json", "weights.safetensors", "object"])
    func changedCodeIsRefused(_ file: String) throws {
        let example = try DamagedExample()
        let target = try #require(Self.target)
        let export = try example.slipway(
            DamagedExample.exporting("package") + ["--target", target.rawValue], ["ENABLE_AOT": "1"])
        try #require(export.status == 0, "\(export.output)")
        let path = example.folder.path("package/aot/\(file == "object" ? "\(target.rawValue).so" : file)")
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        bytes[bytes.count / 2] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        try example.refuses(
            DamagedExample.predicting(), status: 65, ["was changed after the export", "its code is not run"])
    }

    @Test(.enabled(if: hasCompiler)) func withoutAFittingVariantThePortableBackendRuns() throws {
        let example = try DamagedExample()
        let other = AOTTarget.native.contains(.aarch64) ? AOTTarget.x86v3 : .aarch64
        let export = try example.slipway(
            DamagedExample.exporting("package") + ["--target", other.rawValue], ["ENABLE_AOT": "1"])
        try #require(export.status == 0, "\(export.output)")
        let predict = try example.slipway(DamagedExample.predicting())
        #expect(predict.status == 0, "\(predict.output)")
        #expect(predict.output.contains("has compiled code for \(other.rawValue)"))
        #expect(predict.output.contains("the portable backend is used"))
    }

    @Test func withoutACompilerNothingIsExported() throws {
        let example = try DamagedExample()
        try example.refuses(
            DamagedExample.exporting("package"), ["ENABLE_AOT": "1", "PATH": "/nonexistent"], status: 66,
            ["there is no clang beside swift or in PATH", "SLIPWAY_CLANG"])
        try example.refuses(
            DamagedExample.exporting("package"), ["ENABLE_AOT": "2", "SLIPWAY_CLANG": "/nonexistent/clang"], status: 66,
            ["SLIPWAY_CLANG is /nonexistent/clang"])
    }

    @Test func unknownTargetsAreRefused() throws {
        let example = try DamagedExample()
        try example.refuses(
            DamagedExample.exporting("package") + ["--target", "x86-64-v3,sparc"], ["ENABLE_AOT": "1"], status: 64,
            ["there is no target sparc", "x86-64-v3, aarch64"])
        try example.warns(
            DamagedExample.exporting("package") + ["--target", "aarch64"],
            saying: ["--target has no effect", "ENABLE_AOT is not set"])
    }

    /// A compiler that fails is named, with what it said.
    @Test func aFailingCompilerIsNamed() throws {
        let example = try DamagedExample()
        let compiler = example.folder.path("clang")
        try Data("#!/bin/sh\necho 'model.c:1: no such thing' >&2\nexit 1\n".utf8).write(
            to: URL(fileURLWithPath: compiler))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: compiler)
        try example.refuses(
            DamagedExample.exporting("package"), ["ENABLE_AOT": "1", "SLIPWAY_CLANG": compiler], status: 69,
            ["cannot compile the model", "no such thing"])
    }
}
