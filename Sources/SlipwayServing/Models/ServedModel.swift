import Foundation
import SlipwayOnline
import Synchronization

/// One generation of a model while it answers: the scoring model, its item features, its sessions and its statistics.
final class ServedModel: Sendable {
    let scoring: ScoringModel
    let metrics: ModelMetrics
    let statistics = ModelStatistics()
    /// What the package looked like when it was read.
    let stamp: String?
    private let table: Mutex<ItemTable?>
    private let idle = Mutex<[ScoringSession]>([])

    init(_ scoring: ScoringModel, items: ItemTable?, metrics: ModelMetrics, stamp: String?) {
        self.scoring = scoring
        self.metrics = metrics
        self.stamp = stamp
        table = Mutex(items)
    }

    var name: String { scoring.name }
    var version: String { scoring.version }

    /// The current generation of item features.
    var items: ItemTable? { table.withLock { $0 } }

    /// Swaps in a new generation; requests under way keep the old one.
    func replaceItems(_ items: ItemTable) { table.withLock { $0 = items } }

    /// Runs `body` with a session nobody else uses meanwhile.
    func withSession<T>(_ body: (ScoringSession) throws -> T) rethrows -> T {
        let session = idle.withLock { $0.popLast() } ?? ScoringSession(scoring)
        defer { idle.withLock { $0.append(session) } }
        return try body(session)
    }

    /// Makes sessions ahead, so that no request waits for memory.
    func keep(_ sessions: [ScoringSession]) { idle.withLock { $0 += sessions } }
}

/// Counts and times since the model was loaded, as the Open Inference Protocol's statistics have them.
final class ModelStatistics: Sendable {
    struct Sum: Sendable {
        var count = 0
        var nanoseconds: UInt64 = 0

        mutating func add(_ time: UInt64) {
            count += 1
            nanoseconds &+= time
        }

        var json: String { "{\"count\":\(count),\"ns\":\(nanoseconds)}" }
    }

    struct Values: Sendable {
        var success = Sum()
        var fail = Sum()
        var queue = Sum()
        var computeInput = Sum()
        var computeInfer = Sum()
        var computeOutput = Sum()
        var inferences = 0
        var executions = 0
        var lastMs = 0
    }

    private let values = Mutex(Values())

    func update(_ body: (inout Values) -> Void) { values.withLock { body(&$0) } }
    func read() -> Values { values.withLock { $0 } }
}
