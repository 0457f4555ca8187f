import Foundation
public import SlipwayArtifact
public import SlipwayBackendAOT
import SlipwayCore
import SlipwayGraph
import SlipwayRuntime

/// How long a package takes on this machine, with inputs made up from its graph.
public struct PackageBenchmark: Sendable {
    /// What was measured for one batch size.
    public struct Result: Sendable {
        public let batch: Int
        /// Of one run, in nanoseconds.
        public let medianNs: Int
        public let p99Ns: Int
        /// Floating-point operations of one run, as `GraphCost` counts them.
        public let flops: Double
        /// Candidates a second of all threads.
        public let rowsPerSecond: Double
        /// Median time of each step in its order, when it was asked for.
        public let steps: [(label: String, ns: Int)]
    }

    public var threads: Int
    /// Length of every sequence.
    public var sequenceSteps: Int
    /// Runs of each batch size and thread that count.
    public var runs: Int
    /// Whether to time steps too.
    public var timesSteps: Bool
    public var clock: MeasureClock

    public init(
        threads: Int = 1, sequenceSteps: Int = 50, runs: Int = 200, timesSteps: Bool = false,
        clock: MeasureClock = .wall
    ) {
        self.clock = clock
        self.threads = threads
        self.sequenceSteps = sequenceSteps
        self.runs = runs
        self.timesSteps = timesSteps
    }

    /// float32 operations a second that one core can do at most.
    public static func peak() -> Double { PeakRate.operationsPerSecond() }

    /// Measures `loaded`, a predictor of `package`, at each batch size. Throws `invalidArgument` for sizes that cannot be, and what runs throw.
    public func run(_ loaded: AOTLoader.Loaded, of package: Package, batches: [Int]) throws -> [Result] {
        guard threads >= 1, threads <= 1024, runs >= 1, sequenceSteps >= 0, sequenceSteps <= 1 << 20,
            batches.allSatisfy({ $0 >= 1 && $0 <= 1 << 20 }), !batches.isEmpty
        else {
            throw SlipwayError(
                .invalidArgument, "batch sizes, threads and runs must be whole numbers from 1 on",
                fix: "for example --batch 1,32,200 --threads 1 --runs 200")
        }
        return try batches.map { try measure(loaded.predictor, of: package, batch: $0) }
    }

    private func measure(_ predictor: Predictor, of package: Package, batch: Int) throws -> Result {
        var requests = RandomRequests(predictor.graph, steps: sequenceSteps)
        let inputs = try (0..<8).map { _ in try requests.batch(rows: batch) }
        let times = Collected()
        let start = MeasureClock.wall.now
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            let scratch = PredictorScratch(for: predictor)
            var outputs = PredictorOutputs(), own: [Int] = []
            do {
                // The first runs fill caches and settle the arena.
                for index in 0..<min(10, runs) {
                    try predictor.run(inputs[index % 8], scratch: scratch, into: &outputs)
                }
                for index in 0..<runs {
                    let before = clock.now
                    try predictor.run(inputs[(index + thread) % 8], scratch: scratch, into: &outputs)
                    own.append(Int(clock.now - before))
                }
                times.add(own)
            } catch {
                times.fail(error)
            }
        }
        let seconds = Double(MeasureClock.wall.now - start) * 1e-9
        let sorted = try times.sorted()
        return Result(
            batch: batch, medianNs: sorted[sorted.count / 2],
            p99Ns: sorted[min(sorted.count - 1, sorted.count * 99 / 100)],
            flops: try Self.flops(
                package.graph, dense: package.dense, tables: package.tables, inputs: inputs[0]),
            rowsPerSecond: Double(batch * (sorted.count + min(10, runs) * threads)) / seconds,
            steps: timesSteps ? try steps(predictor, inputs) : [])
    }

    /// The work of one run, the same whichever backend runs it.
    static func flops(
        _ graph: Graph, dense: [String: Tensor], tables: [String: StoredTable], inputs: InputBatch
    ) throws -> Double {
        let sizes = try Predictor.symbolSizes(graph, dense: dense, tables: tables, inputs: inputs)
        return try GraphCost(graph, sizes: sizes).steps.reduce(0) { $0 + $1.flops }
    }

    private func steps(_ predictor: Predictor, _ inputs: [InputBatch]) throws -> [(label: String, ns: Int)] {
        let scratch = PredictorScratch(for: predictor)
        var labels: [String] = [], times: [[Int]] = []
        for index in 0..<max(runs, 2) {
            let profile = try predictor.profile(inputs[index % inputs.count], scratch: scratch, now: { Int(clock.now) })
            labels = profile.map(\.label)
            if times.isEmpty { times = labels.map { _ in [] } }
            for (step, entry) in profile.enumerated() where index > 0 { times[step].append(entry.ns) }
        }
        return zip(labels, times).map { ($0, $1.sorted()[$1.count / 2]) }
    }
}

/// Times from several threads.
private final class Collected: @unchecked Sendable {
    private let lock = NSLock()
    private var times: [Int] = []
    private var error: (any Error)?

    func add(_ own: [Int]) { lock.withLock { times += own } }
    func fail(_ error: any Error) { lock.withLock { self.error = self.error ?? error } }

    func sorted() throws -> [Int] {
        try lock.withLock {
            if let error { throw error }
            return times.sorted()
        }
    }
}
