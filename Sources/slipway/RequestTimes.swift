import Foundation
import SlipwayCore
import SlipwayOnline

/// `slipway bench --request`: stages of one recorded request, as text.
enum RequestTimes {
    static func print(package: String, request: String, runs: Int) throws {
        let model = try ScoringModel(name: "bench", path: package)
        let body = try MappedFile.contents(of: request)
        let times = try withContext("in \(request)") { try RequestBenchmark.run(model, body, runs: runs) }
        Swift.print(
            "backend \(model.backend), 1 thread, \(body.count) bytes, \(times.candidates) candidates, \(runs) runs")
        Swift.print("   stage        median ms      p99 ms")
        let whole = zip(zip(times.features, times.run), times.encode).map { $0.0 + $0.1 + $1 }
        for (name, values) in [
            ("features", times.features), ("run", times.run), ("encode", times.encode), ("whole", whole),
            ("predictor", times.predictor),
        ] {
            let sorted = values.sorted()
            let padded = name.padding(toLength: 10, withPad: " ", startingAt: 0)
            Swift.print(
                String(
                    format: "   %@  %10.3f  %10.3f", padded, Double(sorted[sorted.count / 2]) * 1e-6,
                    Double(sorted[min(sorted.count - 1, sorted.count * 99 / 100)]) * 1e-6))
        }
        let mean = Double(times.predictor.reduce(0, +)) / Double(times.predictor.count)
        Swift.print(String(format: "predictor alone: %.1f requests/s", 1e9 / mean))
    }
}
