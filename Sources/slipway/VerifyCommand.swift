import ArgumentParser
import Foundation
import SlipwayCore
import SlipwayInspect
import SlipwayVerify

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that a package is what a checkpoint gives.",
        discussion: """
            Rebuilds the model from the package's pipeline.config and the checkpoint, compares every stored weight byte for \
            byte, and replays rows through the package and through the graph's definition. Exits with 0 when all weights are \
            the checkpoint's and all outputs agree within the tolerance, with 1 when not.
            """)

    @Argument(help: "A package, or an export of several parts.")
    var package: String

    @Option(help: "The model.ckpt-N folder to hold it against.")
    var against: String

    @Option(
        name: [.customLong("pipeline_config_path"), .customLong("pipeline-config-path")],
        help: "Config to rebuild the model from; the package's own by default.")
    var pipelineConfigPath: String?

    @Option(help: "Rows to replay: Parquet or CSV files, as data_config.dataset_type says; made up by default.")
    var data: String?

    @Option(help: "Rows to replay at most; 0 compares the stored weights only.")
    var rows = 100

    @Option(help: "Largest |reference - package| / max(1, |reference|) that counts as equal.")
    var tolerance: Double = 1e-5

    @Option(help: "Seed of made-up rows.")
    var seed: UInt64 = 1

    @Option(help: "How to print what was found.")
    var format: Format = .text

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    func run() throws {
        let console = Console()
        let report = try Verifier.run(
            VerifyRequest(
                packagePath: package, checkpointPath: against, pipelineConfigPath: pipelineConfigPath, dataPath: data,
                rows: rows, tolerance: tolerance, seed: seed, slipwayVersion: Slipway.version,
                environment: ProcessInfo.processInfo.environment)
        ) { event in
            switch event {
            case .warning(let text): console.line("warning: \(text)")
            case .weights(let done, let total):
                console.progress(fraction: total == 0 ? 1 : Double(done) / Double(total), isLast: done >= total) { _ in
                    "\(Quantity.bytes(done)) of \(Quantity.bytes(total)) of weights compared"
                }
            case .rows(let part, let done, let total):
                let fraction = total.map { $0 == 0 ? 1 : Double(done) / Double($0) } ?? 0
                console.progress(fraction: fraction, isLast: done == total) { _ in
                    "\(part): \(done)\(total.map { " of \($0)" } ?? "") rows replayed"
                }
            }
        }
        try ReportOutput.line(format == .json ? report.json() : report.text())
        guard report.isEqual else { throw ExitCode(1) }
    }
}
