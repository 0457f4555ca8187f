import Synchronization

/// Where the time of a prediction run went, in seconds. Reading and writing happen on one thread; decoding and computing are
/// summed over the threads that score, so that together they may be longer than the run.
public struct StageTimes: Sendable, Equatable {
    /// Rows out of files.
    public internal(set) var read = 0.0
    /// Rows to the model's inputs, feature generation included.
    public internal(set) var decode = 0.0
    /// The model.
    public internal(set) var compute = 0.0
    /// Scores into files.
    public internal(set) var write = 0.0
}

/// Collects stage times from any number of threads.
final class StageClock: Sendable {
    private let total = Mutex(StageTimes())

    var times: StageTimes { total.withLock { $0 } }

    /// Adds how long `body` takes to a stage, whether it throws or not.
    func measure<Result>(
        _ stage: WritableKeyPath<StageTimes, Double> & Sendable, _ body: () throws -> Result
    ) rethrows -> Result {
        let start = ContinuousClock.now
        defer {
            let passed = (ContinuousClock.now - start) / .seconds(1)
            total.withLock { $0[keyPath: stage] += passed }
        }
        return try body()
    }
}
