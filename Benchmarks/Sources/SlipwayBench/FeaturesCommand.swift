import ArgumentParser
import Foundation
import SlipwayCore
import SlipwayFeatureEngine

/// Feature generation of requests and of offline rows.
struct FeaturesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "features", abstract: "Time feature generation on one thread, columns already in memory.")

    @Option(help: "Candidates of a request.")
    var candidates = 200

    @Option(help: "Rows of an offline batch.")
    var rows = 10_000

    @Option(help: "Runs of each.")
    var runs = 200

    func validate() throws {
        guard candidates > 0, rows > 0, runs > 0 else { throw ValidationError("numbers must be positive") }
    }

    func run() throws {
        print("1 thread, \(runs) runs, wall time: fastest and median")
        let ways: [(String, FeatureSession.UserRows)] = [
            ("user rows single", .single), ("user rows repeated", .perCandidate),
        ]
        for (name, userRows) in ways {
            let result = try FeatureBenchmark.run(
                .request(candidates: candidates), repeats: runs, userRows: userRows)
            let perCandidate = [result.fastest, result.median].map { $0 / Double(candidates) / 1000 }
            print(
                String(
                    format: "request of %d, %@: %.2f, %.2f us a candidate; %.1f ns a value (%d values)",
                    candidates, name, perCandidate[0], perCandidate[1], result.fastest / Double(result.values),
                    result.values))
        }
        let result = try FeatureBenchmark.run(.offline(rows: rows), repeats: runs, userRows: .perCandidate)
        print(
            String(
                format: "40 plain features: %.0f, %.0f rows a second; %.1f ns a value",
                Double(rows) * 1e9 / result.fastest, Double(rows) * 1e9 / result.median,
                result.fastest / Double(result.values)))
    }
}
