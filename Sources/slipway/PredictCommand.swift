import ArgumentParser
import Foundation
import SlipwayCore
import SlipwayExport
import SlipwayInspect
import SlipwayPredict
import SlipwayRuntime

struct PredictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Score Parquet or CSV files with a package, or straight from a checkpoint.",
        discussion: """
            With --scripted_model_path a package is used. With --pipeline_config_path a checkpoint is: unquantized, weighted \
            features as trained, as TorchEasyRec does.
            """)

    @Option(
        name: [.customLong("scripted_model_path"), .customLong("scripted-model-path")], help: "Package to score with.")
    var packagePath: String?

    @Option(
        name: [.customLong("pipeline_config_path"), .customLong("pipeline-config-path")],
        help: "Pipeline config whose checkpoint to score with.")
    var pipelineConfigPath: String?

    @Option(name: [.customLong("checkpoint_path"), .customLong("checkpoint-path")], help: "Checkpoint to score with.")
    var checkpointPath: String?

    @Option(
        name: [.customLong("predict_input_path"), .customLong("predict-input-path")],
        help: "Input files: a path, a folder or a glob, several separated by commas.")
    var inputPath: String

    @Option(
        name: [.customLong("predict_output_path"), .customLong("predict-output-path")], help: "Folder to write into.")
    var outputPath: String

    @Option(
        name: [.customLong("reserved_columns"), .customLong("reserved-columns")],
        help: "Input columns to copy to the output, separated by commas.")
    var reservedColumns: String?

    @Option(
        name: [.customLong("output_columns"), .customLong("output-columns")],
        help: "Model outputs to write, separated by commas; all by default.")
    var outputColumns: String?

    @Option(
        name: [.customLong("batch_size"), .customLong("batch-size")],
        help: "Rows of a batch; by default the config's eval_batch_size or batch_size.")
    var batchSize: Int?

    @Option(
        name: [.customLong("predict_threads"), .customLong("predict-threads")],
        help: "Threads that score; by default as many as the processors, or the control group's quota of them.")
    var threads: Int?

    @Option(name: [.customLong("predict_steps"), .customLong("predict-steps")], help: "Batches to score at most.")
    var steps: Int?

    @Option(
        name: [.customLong("dataset_type"), .customLong("dataset-type")],
        help: "ParquetDataset or CsvDataset; by default the config's.")
    var datasetType: String?

    @Option(
        name: [.customLong("writer_type"), .customLong("writer-type")],
        help: "ParquetWriter or CsvWriter; by default that of the dataset type.")
    var writerType: String?

    @Option(
        name: [.customLong("edit_config_json"), .customLong("edit-config-json")],
        help: "JSON object of config overrides, for example {\"data_config.fg_mode\": \"FG_NONE\"}.")
    var editConfigJSON: String?

    @Option(
        name: [.customLong("bad-ids"), .customLong("bad_ids")],
        help:
            "Ids outside a table: as-upstream refuses them in float32 tables and maps them in others, strict always refuses."
    )
    var badIDs: BadIDs = .asUpstream

    @Option(
        name: [.customLong("debug_level"), .customLong("debug-level")],
        help: "Above 0, write the features of each row as text into the column __features__.")
    var debugLevel = 0

    @Flag(name: .customLong("overwrite"), help: "Replace an output that is there.")
    var overwrite = false

    @Flag(name: .customLong("verify"), help: "Check the hashes of the package's files first.")
    var verify = false

    enum BadIDs: String, ExpressibleByArgument, CaseIterable {
        case asUpstream = "as-upstream"
        case strict, map

        var policy: BadIDPolicy {
            switch self {
            case .asUpstream: return .asUpstream
            case .strict: return .strict
            case .map: return .map
            }
        }
    }

    func run() async throws {
        let console = Console()
        let request = PredictRequest(
            packagePath: packagePath ?? "", inputPath: inputPath, outputPath: outputPath,
            reservedColumns: Self.list(reservedColumns) ?? [], outputColumns: Self.list(outputColumns),
            batchSize: batchSize, threads: threads, steps: steps, datasetType: datasetType, writerType: writerType,
            editConfigJSON: editConfigJSON, badIDs: badIDs.policy, overwrite: overwrite, verifyHashes: verify,
            firstUserOnly: ProcessInfo.processInfo.environment["INPUT_TILE_3_ONLINE"]?.first == "1",
            debugLevel: debugLevel, environment: ProcessInfo.processInfo.environment)
        let report: (PredictEvent) -> Void = { event in
            switch event {
            case .warning(let text): console.line("warning: \(text)")
            case .note(let text): console.line(text)
            case .progress(let rows, let total, let fraction):
                console.progress(fraction: fraction, isLast: rows == total) { seconds in
                    "\(rows) rows\(total.map { " of \($0)" } ?? ""), \(Int(Double(rows) / seconds)) rows/s"
                }
            }
        }
        let summary: PredictSummary
        if let pipelineConfigPath {
            let export = ExportRequest(
                pipelineConfigPath: pipelineConfigPath, checkpointPath: checkpointPath, exportDirectory: "",
                editConfigJSON: editConfigJSON, environment: ProcessInfo.processInfo.environment,
                slipwayVersion: Slipway.version, createdAt: Date().formatted(.iso8601))
            summary = try await CheckpointPredictor.run(export, request, report: report)
        } else if packagePath != nil {
            summary = try await FilePredictor.run(request, report: report)
        } else {
            throw SlipwayError(
                .invalidArgument, "pipeline_config_path or scripted_model_path must be set.",
                fix: "pass --scripted_model_path PACKAGE")
        }
        let rate = Int(Double(summary.rows) / max(console.elapsed, 1e-3))
        console.line(
            "\(summary.path): \(summary.rows) rows in \(String(format: "%.1f", console.elapsed)) s (\(rate) rows/s)")
        let times = summary.times, seconds = { String(format: "%.2f s", $0) }
        console.line(
            "read \(seconds(times.read)), decode \(seconds(times.decode)) and compute \(seconds(times.compute)) on "
                + "\(Quantity.count(summary.threads, "thread")), write \(seconds(times.write))")
    }

    private static func list(_ text: String?) -> [String]? {
        text.map { $0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty } }
    }
}
