import Foundation
import SlipwayTestSupport
import Testing

/// The bundled example, scored with every storage of tables; INT8 is compared with TorchEasyRec's own predictions.
@Suite struct ExampleTests {
    private let example = Command.root.appendingPathComponent("Examples/multi_tower_din")

    private func score(_ environment: [String: String], threads: Int = 1) throws -> Predictions {
        let folder = try TemporaryFolder()
        let export = try Command.slipway(
            ["export", "--pipeline_config_path", "pipeline.config", "--export_dir", folder.path("package")],
            in: example,
            environment: environment)
        try #require(export.status == 0, "\(export.output)")
        let predict = try Command.slipway(
            [
                "predict", "--scripted-model-path", folder.path("package"), "--predict-input-path", "data/eval.parquet",
                "--predict-output-path", folder.path("out"), "--reserved-columns", "row_id", "--predict-threads",
                "\(threads)", "--batch-size", "7",
            ], in: example)
        try #require(predict.status == 0, "\(predict.output)")
        return try withExtendedLifetime(folder) { try Predictions(path: folder.path("out")) }
    }

    @Test func int8IsTorchEasyRecs() throws {
        let expected = try Predictions(path: example.appendingPathComponent("expected_int8.parquet").path)
        let (largest, problem) = Predictions.difference(expected, try score([:]))
        #expect(problem == nil)
        #expect(largest <= 1e-5)
    }

    @Test func rowOrderIsKeptByManyThreads() throws {
        let expected = try Predictions(path: example.appendingPathComponent("expected_int8.parquet").path)
        let scored = try score([:], threads: 4)
        #expect(scored.columns["row_id"] == expected.columns["row_id"])
        #expect(Predictions.difference(expected, scored).largest <= 1e-5)
    }

    /// The fewer bits a table has, the further scores move, within what quantization explains.
    @Test(arguments: [("FP16", 1e-3), ("INT4", 0.3), ("INT2", 2.0)])
    func otherStorageStaysClose(_ storage: String, _ bound: Double) throws {
        let plain = try score(["QUANT_EMB": "0"])
        let stored = try score(["QUANT_EMB": storage])
        let (largest, problem) = Predictions.difference(plain, stored)
        #expect(problem == nil)
        #expect(largest > 0)
        #expect(largest < bound)
    }
}
