import SlipwayCore
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

        init(inputs: InputBatch, scratch: PredictorScratch) {
            self.inputs = inputs
            self.scratch = scratch
        }
    }

    private let predictor: Predictor
    private let parser: EncodedParser
    private let columns: OutputColumns
    private let reserved: [String]
    private let firstUserOnly: Bool
    private let idle = Mutex<[Worker]>([])

    /// - Parameter firstUserOnly: whether a batch is one request, with the user of its first row.
    init(
        predictor: Predictor, parser: EncodedParser, columns: OutputColumns, reserved: [String], firstUserOnly: Bool
    ) {
        self.firstUserOnly = firstUserOnly
        self.predictor = predictor
        self.parser = parser
        self.columns = columns
        self.reserved = reserved
    }

    /// Scores one batch of rows. Throws as parsing and the predictor do.
    func score(_ rows: ColumnBatch) throws -> Scored {
        let worker =
            idle.withLock { $0.popLast() }
            ?? Worker(inputs: InputBatch(slots: parser.slots), scratch: PredictorScratch(for: predictor))
        defer { idle.withLock { $0.append(worker) } }
        try parser.parse(rows, into: &worker.inputs, singleUserRow: firstUserOnly)
        try predictor.run(worker.inputs, scratch: worker.scratch, into: &worker.outputs)
        let (results, nanRows) = try columns.columns(worker.outputs)
        let kept = try reserved.map { name -> (name: String, column: Column) in
            guard let column = rows[name] else { throw SlipwayError(.notFound, "reserved column \(name) is missing") }
            return (name, column)
        }
        return Scored(
            batch: ColumnBatch(rowCount: rows.rowCount, columns: results + kept), rows: rows.rowCount,
            mappedIDs: worker.outputs.mappedIDs, nanRows: nanRows)
    }
}
