import ArgumentParser
import Foundation

/// Median and 99th percentile by batch size.
struct LatencyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latency", abstract: "Time a package's predictor on one thread, inputs already parsed.")

    @OptionGroup var options: WorkloadOptions

    @Option(help: "Batch sizes, separated by commas.")
    var batch = "1,32,200,512"

    @Option(help: "Runs of each batch size.")
    var runs = 200

    func validate() throws {
        guard runs > 0 else { throw ValidationError("--runs must be positive") }
        guard sizes.count == batch.split(separator: ",").count, sizes.allSatisfy({ $0 > 0 }), !sizes.isEmpty else {
            throw ValidationError("--batch takes positive numbers separated by commas")
        }
    }

    private var sizes: [Int] { batch.split(separator: ",").compactMap { Int($0) } }

    func run() throws {
        for (index, size) in sizes.enumerated() {
            var workload = try options.workload(batchSize: size)
            if index == 0 {
                print("slipway \(workload.backend), 1 thread, \(runs) runs, \(options.clock.rawValue) time")
                print("    B  median ms     p99 ms")
            }
            let times = try workload.timesNs(runs: runs, clock: options.clock)
            print(
                String(
                    format: "%5d %10.3f %10.3f", size, Double(times.percentile(0.5)) / 1e6,
                    Double(times.percentile(0.99)) / 1e6))
        }
    }
}
