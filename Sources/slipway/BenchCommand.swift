public import ArgumentParser
import Foundation
import SlipwayArtifact
import SlipwayBackendAOT
import SlipwayCore
public import SlipwayMeasure

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Time a package on this machine.",
        discussion: """
            Inputs are made up: one request with so many candidates where the package was exported with INPUT_TILE, else so many \
            rows; every sequence has --steps steps. Reading and decoding rows is not part of the time. FLOP/s counts what the \
            report of an export counts: 2 for each multiply-add of a product, 1 for each other addition, multiplication or function. \
            The share is that of what one core was just measured to do at most, times the threads.
            """)

    @Argument(help: "A package.") var path: String

    @Option(help: "Batch sizes, separated by commas.") var batch = "1,32,200,512"

    @Option(help: "Requests at the same time, each on a thread of its own.") var threads = 1

    @Option(help: "Steps of every sequence.") var steps = 50

    @Option(help: "Runs of each batch size and thread.") var runs = 200

    @Option(help: "wall: time passed; cpu: time a thread had a core, for machines where other work runs.")
    var clock: MeasureClock = .wall

    @Option(help: "A PBRequest in a file: time this request on one thread, from its bytes to those of the response.")
    var request: String?

    @Flag(help: "Also print the time of each step.") var ops = false

    @Flag(help: "Run the portable backend even where there is compiled code.") var portable = false

    func run() throws {
        if let request { return try RequestTimes.print(package: path, request: request, runs: runs) }
        let sizes = batch.split(separator: ",").map { Int($0.trimmingCharacters(in: .whitespaces)) ?? 0 }
        let package = try Package.open(path: path)
        let loaded = try portable ? AOTLoader.portable(package) : AOTLoader.load(package)
        if let note = loaded.note { Console().line(note) }
        let benchmark = PackageBenchmark(
            threads: threads, sequenceSteps: steps, runs: runs, timesSteps: ops,
            clock: clock)
        let results = try benchmark.run(loaded, of: package, batches: sizes)
        let peak = PackageBenchmark.peak()
        var lines = [
            "backend \(loaded.backend), \(threads) \(threads == 1 ? "thread" : "threads"), peak of a core "
                + String(format: "%.0f GFLOP/s", peak * 1e-9),
            "   batch   median ms      p99 ms    rows/s   GFLOP/s   of peak",
        ]
        for result in results {
            let rate = result.flops * Double(threads) / (Double(result.medianNs) * 1e-9)
            lines.append(
                String(
                    format: "%8d  %10.3f  %10.3f  %8.0f  %8.1f  %7.0f %%", result.batch, Double(result.medianNs) * 1e-6,
                    Double(result.p99Ns) * 1e-6, result.rowsPerSecond, rate * 1e-9,
                    100 * rate / (peak * Double(threads))))
            let total = max(result.steps.reduce(0) { $0 + $1.ns }, 1)
            for step in result.steps.sorted(by: { $0.ns > $1.ns }) {
                lines.append(
                    String(
                        format: "          %10.3f ms %5.1f %%  ", Double(step.ns) * 1e-6,
                        100 * Double(step.ns) / Double(total))
                        + step.label)
            }
        }
        try ReportOutput.line(lines.joined(separator: "\n"))
    }
}

extension MeasureClock: ExpressibleByArgument {}
