import ArgumentParser
import Foundation
import SlipwayArtifact

/// Runs on demand, for a driver that alternates between this process and a peer.
///
/// Prints `ready`, then answers each line `run N` with the median nanoseconds of N runs. Ends at `quit` or at the end of input.
struct ServePairsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve-pairs", abstract: "Time runs on demand: the other side of Benchmarks/peers/pairs.py.")

    @Argument(help: "Package directory.")
    var package: String

    @Argument(help: "Parquet or CSV file of encoded rows.")
    var data: String

    @Option(help: "Batch size.")
    var batch = 200

    @Option(help: "What to time with: wall, or cpu where other work runs.")
    var clock = Clock.wall

    func validate() throws {
        guard batch > 0 else { throw ValidationError("--batch must be positive") }
    }

    func run() throws {
        var workload = try Workload(package: Package.open(path: package), data: data, batchSize: batch)
        say("ready")
        while let line = readLine() {
            let words = line.split(separator: " ")
            if words == ["quit"] { return }
            guard words.count == 2, words[0] == "run", let runs = Int(words[1]), runs > 0 else {
                throw ValidationError("expected `run N` or `quit`, got \"\(line)\"")
            }
            say("\(try workload.timesNs(runs: runs, clock: clock).percentile(0.5))")
        }
    }

    /// One line, at once: standard output to a pipe is buffered otherwise.
    private func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}
