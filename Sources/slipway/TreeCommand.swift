import ArgumentParser
import Foundation
import SlipwayCore
import SlipwayPredict
import SlipwayRetrieval
import SlipwayRuntime

struct TreeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tdm", abstract: "Work with trees of items.", subcommands: [TreeRetrievalCommand.self])
}

struct TreeRetrievalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retrieval",
        abstract: "Find items for the users of files through a tree, and measure the recall.",
        discussion: """
            The tree's tables are those that data_config.tdm_sampler of the package's pipeline.config names. Writes the reserved \
            columns and recall_ids; prints the share of rows whose own item was found.
            """)

    @Option(
        name: [.customLong("scripted_model_path"), .customLong("scripted-model-path")],
        help: "Package of the TDM model, the folder model of an export.")
    var packagePath: String

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

    @Option(name: [.customLong("recall_num"), .customLong("recall-num")], help: "Items for each user.")
    var count = 200

    @Option(name: [.customLong("n_cluster"), .customLong("n-cluster")], help: "Children of a node of the tree.")
    var branching = 2

    @Option(
        name: [.customLong("batch_size"), .customLong("batch-size")],
        help: "Rows read at once; by default the config's eval_batch_size or batch_size.")
    var batchSize: Int?

    @Option(
        name: [.customLong("dataset_type"), .customLong("dataset-type")],
        help: "ParquetDataset or CsvDataset; by default the config's.")
    var datasetType: String?

    @Option(
        name: [.customLong("writer_type"), .customLong("writer-type")],
        help: "ParquetWriter or CsvWriter; by default that of the dataset type.")
    var writerType: String?

    @Option(help: "Threads; by default as many as the processors, or the control group's quota of them.")
    var threads: Int?

    @Flag(help: "Replace an output that is there.")
    var overwrite = false

    @Option(name: [.customLong("num_worker_per_level"), .customLong("num-worker-per-level")], help: .hidden)
    var workersPerLevel = 1

    @Flag(name: [.customLong("is_profiling"), .customLong("is-profiling")], help: .hidden)
    var isProfiling = false

    @Option(name: [.customLong("debug_level"), .customLong("debug-level")], help: .hidden)
    var debugLevel = 0

    func run() throws {
        guard !isProfiling, debugLevel == 0 else {
            throw SlipwayError(
                .unsupported, "retrieval has neither --is_profiling nor --debug_level",
                fix: "leave them out; slipway predict --debug_level 1 shows features, slipway bench times")
        }
        let console = Console()
        var retrieval = TreeFileRetrieval(
            PredictRequest(
                packagePath: packagePath, inputPath: inputPath, outputPath: outputPath,
                reservedColumns: (reservedColumns ?? "").split(separator: ",")
                    .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty },
                batchSize: batchSize, threads: threads, datasetType: datasetType, writerType: writerType,
                badIDs: .asUpstream, overwrite: overwrite))
        retrieval.count = count
        retrieval.branching = branching
        let summary = try retrieval.run { summary, fraction in
            console.progress(fraction: fraction, isLast: false) { seconds in
                "\(summary.rows) rows, \(Int(Double(summary.rows) / seconds)) rows/s"
            }
        }
        console.line("\(summary.path): \(summary.rows) rows, \(summary.hits) found their own item")
        print("Recall: \(summary.recall)")
    }
}
