import ArgumentParser
import Foundation

/// Runs on demand, for a driver that alternates between this process and others.
///
/// Prints `ready` and the backend, then answers each line: `run N` with the median nanoseconds of N runs, `scores` with one line
/// of JSON, every output over all batches. Ends at `quit` or at the end of input.
struct ServePairsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve-pairs",
        abstract: "Time runs on demand: one side of Benchmarks/peers/pairs.py and compare.py.")

    @OptionGroup var options: WorkloadOptions

    @Option(help: "Batch size.")
    var batch = 200

    func validate() throws {
        guard batch > 0 else { throw ValidationError("--batch must be positive") }
    }

    func run() throws {
        var workload = try options.workload(batchSize: batch)
        say("ready \(workload.backend)")
        while let line = readLine() {
            let words = line.split(separator: " ")
            if words == ["quit"] { return }
            if words == ["scores"] {
                say(String(decoding: try JSONEncoder().encode(try workload.scores()), as: UTF8.self))
                continue
            }
            guard words.count == 2, words[0] == "run", let runs = Int(words[1]), runs > 0 else {
                throw ValidationError("expected `run N`, `scores` or `quit`, got \"\(line)\"")
            }
            say("\(try workload.timesNs(runs: runs, clock: options.clock).percentile(0.5))")
        }
    }

    /// One line, at once: standard output to a pipe is buffered otherwise.
    private func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}
