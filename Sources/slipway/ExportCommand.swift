public import ArgumentParser
import Foundation
import SlipwayExport
import SlipwayInspect
public import SlipwayModels
public import SlipwayReport

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Turn a pipeline config and a checkpoint into a package.",
        discussion: """
            Environment variables as in TorchEasyRec: QUANT_EMB (default INT8) and QUANT_EC_EMB set the storage of embedding \
            tables: 0, FP32, FP16, INT8, INT4 or INT2. INPUT_TILE=2 or 3: user inputs come once a request. ENABLE_AOT=1 compiles \
            the dense part to native code, 2 the lookups with it; MAX_EXPORT_BATCH_SIZE is the largest batch it runs at once.
            """)

    @OptionGroup var arguments: ExportArguments

    @Option(
        name: [.customLong("export_dir"), .customLong("export-dir")], help: "Directory to make; it must not exist.")
    var exportDirectory: String

    @Option(
        name: [.customLong("asset_files"), .customLong("asset-files")],
        help: "Comma-separated files to copy into the package.")
    var assetFiles: String?

    @Option(
        name: [.customLong("additional_export_config"), .customLong("additional-export-config")],
        help: "JSON object merged into model_acc.json.")
    var additionalExportConfig: String?

    @Option(
        name: [.customLong("weighted-features"), .customLong("weighted_features")],
        help:
            "as-exported ignores the weights of weighted features, as TorchEasyRec's exported models do; as-trained uses them."
    )
    var weightedFeatures: ModelOptions.WeightedFeatures = .asExported

    @Option(
        name: [.customLong("item_input_path"), .customLong("item-input-path")],
        help: "Accepted as TorchEasyRec does; no effect, because exporting reads no rows.")
    var itemInputPath: String?

    @Option(
        name: [.customLong("report-data"), .customLong("report_data")],
        help:
            "Rows for the report: Parquet or CSV files; by default the config's eval or train input, else made-up rows."
    )
    var reportData: String?

    @Flag(name: [.customLong("no-report"), .customLong("no_report")], help: "Make no report.html and report.json.")
    var noReport = false

    @Option(
        help: """
            With ENABLE_AOT: machines to compile for, separated by commas, of x86-64-v3, x86-64-v4 and aarch64; by default \
            those of this machine's architecture.
            """)
    var target: String?

    @Flag(
        name: [.customLong("keep-source"), .customLong("keep_source")],
        help: "With ENABLE_AOT: keep the C in the package.")
    var keepSource = false

    @Option(
        name: [.customLong("dense-precision"), .customLong("dense_precision")],
        help: """
            fp32, bf16 or int8: how the layers of the dense part are stored, and multiplied on machines with instructions for \
            it; by default as export_config.mixed_precision says.
            """)
    var densePrecision: DensePrecision?

    @Option(
        name: [.customLong("max-score-drift"), .customLong("max_score_drift")],
        help: "With bf16 or int8: largest difference from float32 that a score may have on the report's rows.")
    var maxScoreDrift = 0.01

    @Flag(
        name: [.customLong("allow-score-drift"), .customLong("allow_score_drift")],
        help: "Warn about a larger difference instead of refusing the export.")
    var allowScoreDrift = false

    func run() throws {
        let console = Console()
        if itemInputPath != nil { console.line("note: --item_input_path has no effect: exporting reads no rows") }
        var request = arguments.request(exportDirectory: exportDirectory)
        request.assetFiles = assetFiles
        request.additionalExportConfig = additionalExportConfig
        request.weightedFeatures = weightedFeatures
        request.targets = target
        request.keepsSource = keepSource
        let warn: (String) -> Void = { console.line("warning: \($0)") }
        let sample = ReportSettings(dataPath: reportData, environment: ProcessInfo.processInfo.environment)
        let reporter = ExportReporter(sample, warn: warn)
        let reduction = DenseReduction(
            PrecisionSettings(
                precision: densePrecision, maxScoreDrift: maxScoreDrift, allowsScoreDrift: allowScoreDrift,
                sample: sample), warn: warn, note: { console.line($0) })
        var extras = ExportExtras()
        extras.reduce = reduction.weights
        extras.additions = { staged in
            let dense = try reduction.check(staged)
            return noReport ? [] : reporter.files(of: staged, dense: dense)
        }
        let summary = try Exporter.run(request, extras: extras) { event in
            switch event {
            case .warning(let text): console.line("warning: \(text)")
            case .note(let text): console.line(text)
            case .progress(let done, let total):
                console.progress(fraction: total == 0 ? 1 : Double(done) / Double(total), isLast: done >= total) {
                    seconds in
                    "\(Quantity.bytes(done)) of \(Quantity.bytes(total)), \(Quantity.bytes(Int(Double(done) / seconds)))/s"
                }
            }
        }
        for part in summary.parts {
            let name = part.name.isEmpty ? summary.directory : "\(summary.directory)/\(part.name)"
            console.line(
                "\(name): \(summary.modelKind), \(part.tableCount) tables in \(Quantity.bytes(part.tableBytes)), "
                    + "\(part.denseCount) dense weights, outputs \(part.outputs.joined(separator: ", "))")
        }
        console.line("exported in \(String(format: "%.1f", console.elapsed)) s")
    }
}

/// Arguments that export and checkpoint prediction share.
struct ExportArguments: ParsableArguments {
    @Option(
        name: [.customLong("pipeline_config_path"), .customLong("pipeline-config-path")],
        help: "Path of the pipeline config.")
    var pipelineConfigPath: String

    @Option(
        name: [.customLong("checkpoint_path"), .customLong("checkpoint-path")],
        help: "Checkpoint to use; by default the latest of model_dir, or the best by export_config.")
    var checkpointPath: String?

    @Option(
        name: [.customLong("edit_config_json"), .customLong("edit-config-json")],
        help: "JSON object of config overrides, for example {\"export_config.exporter_type\": \"latest\"}.")
    var editConfigJSON: String?

    @Flag(
        name: [.customLong("allow-unused-parameters"), .customLong("allow_unused_parameters")],
        help: "Warn about checkpoint tensors that the config does not account for, instead of refusing them.")
    var allowUnusedParameters = false

    func request(exportDirectory: String) -> ExportRequest {
        ExportRequest(
            pipelineConfigPath: pipelineConfigPath, checkpointPath: checkpointPath, exportDirectory: exportDirectory,
            editConfigJSON: editConfigJSON, environment: ProcessInfo.processInfo.environment,
            allowUnusedParameters: allowUnusedParameters, slipwayVersion: Slipway.version,
            createdAt: Date().formatted(.iso8601))
    }
}

extension ModelOptions.WeightedFeatures: ExpressibleByArgument {}
extension DensePrecision: ExpressibleByArgument {}
