import SlipwayCore
import SlipwayRuntime

/// Times requests of growing size on one thread.
enum TimeMeasure {
    /// A single run that takes longer ends the measuring.
    private static let longestRun = 1.0
    private static let fewestRuns = 5
    private static let mostRuns = 2000

    static func run(
        _ requests: [InputBatch], predictor: Predictor, backend: String, work: WorkFacts, settings: ReportSettings
    ) throws -> TimeFacts {
        var batches: [TimeFacts.Batch] = []
        let clock = ContinuousClock()
        func seconds(_ duration: Duration) -> Double {
            let (whole, parts) = duration.components
            return Double(whole) + Double(parts) * 1e-18
        }
        for request in requests {
            let candidates = request.rowCount
            let scratch = PredictorScratch(for: predictor)
            var outputs = PredictorOutputs()
            func once() throws -> Double {
                seconds(try clock.measure { try predictor.run(request, scratch: scratch, into: &outputs) })
            }
            // The first run grows memory and reads table rows from disk.
            let first = try once()
            var times: [Double] = [], spent = 0.0
            while times.count < mostRuns, times.count < fewestRuns || spent < settings.secondsPerBatchSize,
                times.isEmpty || first < longestRun
            {
                times.append(try once())
                spent += times[times.count - 1]
            }
            times.sort()
            batches.append(
                .init(
                    candidates: candidates, runs: times.count, median: times[times.count / 2], fastest: times[0],
                    ninety: times[min(times.count - 1, times.count * 9 / 10)],
                    flops: work.after.flops(candidates: candidates)))
            if first >= longestRun { break }
        }
        return TimeFacts(machine: Machine.description, backend: backend, batches: batches)
    }
}
