import ArgumentParser
import Foundation
import SlipwayCore
import SlipwayPredict

struct FeatureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fg", abstract: "Work with feature generation.",
        subcommands: [CreateJSONCommand.self, RunFeaturesCommand.self])
}

struct CreateJSONCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create-json", abstract: "Write a pipeline config's fg.json and the files its features name.")

    @Option(
        name: [.customLong("pipeline_config_path"), .customLong("pipeline-config-path")],
        help: "Pipeline config to read.")
    var pipelineConfigPath: String

    @Option(name: [.customLong("fg_output_dir"), .customLong("fg-output-dir")], help: "Folder to write into.")
    var outputDirectory: String

    @Option(help: "Columns to pass through, separated by commas, e.g. label,request_id.")
    var reserves: String?

    @Option(
        name: [.customLong("fg_resource_name"), .customLong("fg-resource-name")],
        help: "Name of the file, fg.json by default.")
    var resourceName: String?

    @Flag(
        name: [.customLong("remove_bucketizer"), .customLong("remove-bucketizer")],
        help: "Leave out what turns values into ids.")
    var removesBucketizer = false

    @Flag(help: "Run feature generation on the first rows of train_input_path too.")
    var debug = false

    @Option(
        name: [.customLong("odps_project_name"), .customLong("odps-project-name")],
        help: "Not supported: files are not uploaded to MaxCompute.")
    var project: String?

    @Option(name: [.customLong("odps_schema_name"), .customLong("odps-schema-name")], help: .hidden)
    var schema: String?

    @Flag(name: [.customLong("force_update_resource"), .customLong("force-update-resource")], help: .hidden)
    var forceUpdate = false

    func run() throws {
        guard project == nil, schema == nil, !forceUpdate else {
            throw SlipwayError(
                .unsupported, "uploading to MaxCompute is not supported",
                fix: "leave --odps_project_name, --odps_schema_name and --force_update_resource out, "
                    + "and upload the folder's files yourself")
        }
        let summary = try FeatureConfigExport(
            pipelineConfigPath: pipelineConfigPath, outputDirectory: outputDirectory,
            reserves: reserves.map { text in
                text.trimmingCharacters(in: .whitespaces).split(separator: ",", omittingEmptySubsequences: false)
                    .map { $0.trimmingCharacters(in: .whitespaces) }
            } ?? [],
            fileName: resourceName.flatMap { $0.isEmpty ? nil : $0 } ?? "fg.json", removesBucketizer: removesBucketizer,
            isDebug: debug, environment: ProcessInfo.processInfo.environment
        ).run()
        let console = Console()
        for warning in summary.warnings { console.line("warning: \(warning)") }
        let files = summary.assets.isEmpty ? "" : ", \(summary.assets.count) asset files"
        let rows = debug ? ", run on \(summary.checkedRows) rows" : ""
        console.line("\(summary.path): \(summary.features) features\(files)\(rows)")
    }
}
