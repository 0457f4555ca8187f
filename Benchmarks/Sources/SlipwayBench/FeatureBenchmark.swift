import SlipwayCore
import SlipwayFeatureEngine

/// Times feature generation on one thread.
struct FeatureBenchmark {
    struct Result {
        /// Nanoseconds of the fastest of the repeated runs, and of the median.
        let fastest: Double
        let median: Double
        let values: Int
    }

    /// Runs the workload `repeats` times on one session.
    static func run(
        _ workload: FeatureWorkload, repeats: Int, userRows: FeatureSession.UserRows
    ) throws -> Result {
        let engine = try FeatureEngine(json: Array(workload.json.utf8))
        let session = FeatureSession(engine)
        var inputs = InputBatch(slots: engine.slots)
        let batch = ColumnBatch(rowCount: workload.rows, columns: workload.columns)
        var times: [Double] = []
        let clock = ContinuousClock()
        for _ in 0..<repeats {
            let time = try clock.measure { try session.run(batch, into: &inputs, userRows: userRows) }
            times.append(Double(time.components.attoseconds) / 1e9 + Double(time.components.seconds) * 1e9)
        }
        times.sort()
        let values = zip(inputs.slots, inputs.buffers).reduce(0) { total, entry in
            entry.0.name.hasSuffix(".values") ? total + entry.1.int64.count + entry.1.float.count : total
        }
        return Result(fastest: times[0], median: times[times.count / 2], values: values)
    }
}
