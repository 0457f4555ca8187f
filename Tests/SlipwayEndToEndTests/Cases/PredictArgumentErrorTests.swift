import Foundation
import SlipwayCore
import SlipwayTestSupport
import Testing

/// Arguments of predict that are wrong, outputs that are there, and outputs that cannot be written.
@Suite struct PredictArgumentErrorTests {
    @Test(
        arguments: [
            (["--output_columns", "prob"], 66, ["the model has no output called prob", "logits, probs"]),
            (["--output_columns", ""], 64, ["output_columns names no column"]),
            (["--batch_size", "0"], 64, ["the batch size is 0", "--batch_size"]),
            (["--batch_size=-3"], 64, ["the batch size is -3"]),
            (["--batch_size", "99999999999"], 64, ["batch size of 99999999999", "from 1 to"]),
            (["--batch_size", "many"], 64, ["The value 'many' is invalid for '--batch_size"]),
            (["--predict_threads", "0"], 64, ["predict_threads is 0", "above 0"]),
            (["--predict_steps", "0"], 64, ["predict_steps is 0", "above 0"]),
            (
                ["--dataset_type", "Parquet"], 64,
                ["dataset type Parquet is not known", "ParquetDataset or CsvDataset"]
            ),
            (["--dataset_type", "OdpsDataset"], 69, ["OdpsDataset cannot be read here"]),
            (["--dataset_type", "CsvDataset"], 65, ["no header", "with_header: true"]),
            (["--writer_type", "Csv"], 64, ["writer type Csv is not known", "ParquetWriter or CsvWriter"]),
            (["--bad-ids", "ignore"], 64, ["The value 'ignore' is invalid for '--bad-ids", "strict"]),
            (["--edit_config_json", "{"], 64, ["edit_config_json is no flat JSON object"]),
            (["--verbose-output"], 64, ["Unknown option '--verbose-output'"]),
        ] as [([String], Int32, [String])])
    func badArgument(arguments: [String], status: Int32, parts: [String]) throws {
        try DamagedExample.exported().refuses(DamagedExample.predicting() + arguments, status: status, parts)
    }

    @Test func neitherPackageNorConfig() throws {
        try DamagedExample().refuses(
            ["predict", "--predict_input_path", DamagedExample.rows, "--predict_output_path", "out"], status: 64,
            ["pipeline_config_path or scripted_model_path must be set.", "--scripted_model_path"])
    }

    @Test func existingOutput() throws {
        let example = try DamagedExample.exported()
        #expect(try example.slipway(DamagedExample.predicting()).status == 0)
        try example.refuses(
            DamagedExample.predicting() + ["--output_columns", "probs"], status: 73,
            ["directory out already exist.", "remove it"])
        let overwritten = try example.slipway(
            DamagedExample.predicting() + ["--output_columns", "probs", "--overwrite"])
        #expect(overwritten.status == 0, "\(overwritten.output)")
        #expect(try Set(example.predictions().columns.keys) == ["probs"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: example.folder.path("out")) == ["part-0.parquet"])
    }

    /// An output that is there stays as it was when the run that would replace it fails.
    @Test func failedOverwrite() throws {
        let example = try DamagedExample.exported(["QUANT_EMB": "0"])
        #expect(try example.slipway(DamagedExample.predicting()).status == 0)
        let before = try example.bytes("out/part-0.parquet")
        var ids = try example.ids("brand")
        ids[199] = 83
        let rows = try example.writeRows(["brand": .of(ids)], to: "rows")
        try example.refuses(DamagedExample.predicting(rows) + ["--overwrite"], status: 65, ["brand: id 83"])
        #expect(try example.bytes("out/part-0.parquet") == before)
    }

    @Test func outputThatIsAFile() throws {
        try DamagedExample.exported().refuses(
            DamagedExample.predicting(to: "pipeline.config"), status: 73, ["pipeline.config is not a directory"])
    }

    @Test(arguments: ["ParquetWriter", "CsvWriter"])
    func fileSizeLimit(writer: String) throws {
        let example = try DamagedExample.exported()
        let before = try example.listing()
        let result = try Command.slipway(
            DamagedExample.predicting() + ["--writer_type", writer], in: example.folder.url, fileBlocks: 1)
        #expect(result.status == 74, "\(result.output)")
        #expect(
            result.output.contains("error: out/part-0") && result.output.contains("File too large"), "\(result.output)")
        #expect(try example.listing() == before)
    }

    /// Scoring from a checkpoint makes a package on the way; nothing of it stays.
    @Test func checkpointPredictionLeavesNothing() throws {
        let example = try DamagedExample()
        try FileManager.default.createDirectory(atPath: example.folder.path("tmp"), withIntermediateDirectories: false)
        var ids = try example.ids("brand")
        ids[199] = 83
        let rows = try example.writeRows(["brand": .of(ids)], to: "rows")
        let arguments = [
            "predict", "--pipeline_config_path", "pipeline.config", "--predict_input_path", rows,
            "--predict_output_path", "out",
        ]
        try example.refuses(arguments, ["TMPDIR": example.folder.path("tmp")], status: 65, ["brand: id 83"])
        try example.refuses(
            arguments + ["--checkpoint_path", "nowhere"], ["TMPDIR": example.folder.path("tmp")], status: 66,
            ["nowhere"])
    }
}
