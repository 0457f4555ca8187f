public import ArgumentParser
import Foundation
import SlipwayExport
import SlipwayInspect
public import SlipwayModels

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Turn a pipeline config and a checkpoint into a package.",
        discussion: """
            Environment variables as in TorchEasyRec: QUANT_EMB (default INT8) and QUANT_EC_EMB set the storage of embedding \
            tables: 0, FP32, FP16, INT8, INT4 or INT2. INPUT_TILE is recorded in model_acc.json.
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

    func run() throws {
        let console = Console()
        if itemInputPath != nil { console.line("note: --item_input_path has no effect: exporting reads no rows") }
        var request = arguments.request(exportDirectory: exportDirectory)
        request.assetFiles = assetFiles
        request.additionalExportConfig = additionalExportConfig
        request.weightedFeatures = weightedFeatures
        let summary = try Exporter.run(request) { event in
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
