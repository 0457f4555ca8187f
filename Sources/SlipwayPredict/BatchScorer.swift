import SlipwayCore
import SlipwayFeatureEngine
import SlipwayFeatures
import SlipwayRuntime
import Synchronization

/// Rows to output columns, for any number of workers at once: each takes a set of buffers and gives it back.
final class BatchScorer: Sendable {
    struct Scored: Sendable {
        let batch: ColumnBatch
        let rows: Int
        let mappedIDs: [String: Int]
        let nanRows: [String: Int]
    }

    /// One worker's buffers; used by one task at a time.
    private final class Worker: @unchecked Sendable {
        var inputs: InputBatch
        let scratch: PredictorScratch
        var outputs = PredictorOutputs()
        let session: FeatureSession?

        init(inputs: InputBatch, scratch: PredictorScratch, session: FeatureSession?) {
            self.inputs = inputs
            self.scratch = scratch
            self.session = session
        }
    }

    private let predictor: Predictor
    /// Scores a batch on several threads; nil where batches keep all threads busy.
    private let parallel: ParallelPredictor?
    private let source: InputSource
    private let columns: OutputColumns
    private let reserved: [String]
    /// Writes the inputs of each row as text, for looking at.
    private let inputsText: ParsedInputsText?
    private let firstUserOnly: Bool
    private let clock: StageClock
    private let idle = Mutex<[Worker]>([])

    /// - Parameters:
    ///   - firstUserOnly: whether a batch is one request, with the user of its first row.
    ///   - threadsPerBatch: threads that one batch may use.
    init(
        predictor: Predictor, source: InputSource, columns: OutputColumns, reserved: [String], firstUserOnly: Bool,
        inputsText: ParsedInputsText? = nil, threadsPerBatch: Int = 1, clock: StageClock = StageClock()
    ) {
        self.clock = clock
        parallel = threadsPerBatch > 1 ? ParallelPredictor(predictor, threads: threadsPerBatch) : nil
        self.firstUserOnly = firstUserOnly
        self.predictor = predictor
        self.source = source
        self.inputsText = inputsText
        self.columns = columns
        self.reserved = reserved
    }

    /// Scores one batch of rows. Throws as parsing and the predictor do.
    func score(_ rows: ColumnBatch) throws -> Scored {
        let worker =
            idle.withLock { $0.popLast() }
            ?? Worker(
                inputs: InputBatch(slots: source.slots), scratch: PredictorScratch(for: predictor),
                session: source.session())
        defer { idle.withLock { $0.append(worker) } }
        try clock.measure(\.decode) {
            try source.fill(&worker.inputs, from: rows, worker.session, firstUserOnly: firstUserOnly)
        }
        try clock.measure(\.compute) {
            if let parallel {
                worker.outputs = try parallel.run(worker.inputs)
            } else {
                try predictor.run(worker.inputs, scratch: worker.scratch, into: &worker.outputs)
            }
        }
        let (results, nanRows) = try columns.columns(worker.outputs)
        var kept = try reserved.map { name -> (name: String, column: Column) in
            guard let column = rows[name] else { throw SlipwayError(.notFound, "reserved column \(name) is missing") }
            return (name, column)
        }
        if let inputsText { kept.append((ParsedInputsText.columnName, inputsText.column(worker.inputs))) }
        return Scored(
            batch: ColumnBatch(rowCount: rows.rowCount, columns: results + kept), rows: rows.rowCount,
            mappedIDs: worker.outputs.mappedIDs, nanRows: nanRows)
    }

    /// What happened to each feature's values so far, over all workers. Call it while none is scoring.
    func featureCounters() -> [String: FeatureCounters] {
        idle.withLock { workers in
            var total: [String: FeatureCounters] = [:]
            for worker in workers {
                for (feature, counters) in worker.session?.counters ?? [] {
                    total[feature, default: FeatureCounters()] += counters
                }
            }
            return total
        }
    }
}
