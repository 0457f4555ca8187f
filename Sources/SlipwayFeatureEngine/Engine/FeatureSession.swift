import Dispatch
public import SlipwayCore

/// One worker's memory for running a `FeatureEngine`. Used by one task at a time.
public final class FeatureSession {
    /// How user-side features come out.
    public enum UserRows: Sendable, Hashable {
        /// One row a candidate, repeated where the request has one.
        case perCandidate
        /// One row: only row 0 of user-side columns is read, and user-side features are made once.
        case single
    }

    public let engine: FeatureEngine
    private let works: [FeatureWork]
    private var readers: [ColumnReader?]
    private var rowCounts: [Int]
    /// The slot of the number of candidates.
    private let batchSize: Int?

    public init(_ engine: FeatureEngine) {
        self.engine = engine
        batchSize = engine.slots.firstIndex { $0.name == InputSlot.batchSizeName }
        works = engine.plans.map { FeatureWork($0) }
        readers = Array(repeating: nil, count: engine.columns.count)
        rowCounts = Array(repeating: 0, count: engine.columns.count)
    }

    /// Empties `inputs` and fills it from `batch`.
    ///
    /// - Parameters:
    ///   - batch: columns of `rowCount` rows or, for what the whole request shares, of one.
    ///   - inputs: made with the engine's `slots`; its memory is used again.
    ///   - threads: threads that share the features of this batch.
    /// - Throws: `not_found` for a missing column, `mismatch` for one of a wrong type or length.
    public func run(
        _ batch: ColumnBatch, into inputs: inout InputBatch, userRows: UserRows = .perCandidate, threads: Int = 1
    ) throws {
        guard inputs.slots == engine.slots else {
            throw SlipwayError(
                .internalFault, "the inputs were made for other slots", fix: "use InputBatch(slots: engine.slots)")
        }
        inputs.removeAll()
        inputs.rowCount = batch.rowCount
        if let slot = batchSize {
            // A row of a file is a request with one candidate.
            let isOne = userRows == .single && batch.rowCount > 0
            inputs.buffers[slot].int32 =
                isOne ? [Int32(clamping: batch.rowCount)] : Array(repeating: 1, count: batch.rowCount)
        }
        try open(batch, userRows)
        for work in works { exchange(work, &inputs) }
        defer { for work in works { exchange(work, &inputs) } }
        for work in works { work.writer.output.removeAll() }
        for level in engine.levels {
            perform(level, rows: batch.rowCount, threads: threads)
        }
        for work in works where work.rows == 1 && batch.rowCount != 1 && !work.plan.slots.all.isEmpty {
            if userRows == .single, work.plan.isUserSide { continue }
            work.repeatRow(batch.rowCount)
        }
        withExtendedLifetime(batch) {}
    }

    private func open(_ batch: ColumnBatch, _ userRows: UserRows) throws {
        for index in engine.neededColumnIndices {
            let wanted = engine.columns[index]
            guard let column = batch[wanted.name] else {
                throw SlipwayError(
                    .notFound, "there is no column \(wanted.name), which feature generation reads",
                    fix: "the columns are \(batch.names.prefix(20).joined(separator: ", "))")
            }
            guard let reader = ColumnReader(column) else {
                throw SlipwayError(
                    .mismatch, "column \(wanted.name) has the type \(column.type)",
                    fix: "use text, whole numbers, floats, lists of them, lists of lists, or maps")
            }
            guard column.count == batch.rowCount || column.count == 1 else {
                throw SlipwayError(
                    .mismatch, "column \(wanted.name) has \(column.count) rows, the batch has \(batch.rowCount)",
                    fix: "give every column the batch's number of rows, or one row for all")
            }
            readers[index] = reader
            rowCounts[index] = userRows == .single && wanted.isUserSide ? min(1, column.count) : column.count
        }
    }

    private func perform(_ level: [Int], rows: Int, threads: Int) {
        let lanes = min(threads, level.count)
        guard lanes > 1 else {
            for index in level { run(works[index], rows: rows) }
            return
        }
        nonisolated(unsafe) let session = self
        DispatchQueue.concurrentPerform(iterations: lanes) { lane in
            for position in stride(from: lane, to: level.count, by: lanes) {
                session.run(session.works[level[position]], rows: rows)
            }
        }
    }

    private func run(_ work: FeatureWork, rows batchRows: Int) {
        var sources: [ColumnReader] = []
        var counts: [Int] = []
        sources.reserveCapacity(work.plan.inputs.count)
        counts.reserveCapacity(work.plan.inputs.count)
        for input in work.plan.inputs {
            switch input.source {
            case .column(let index):
                guard let reader = readers[index] else { return }
                sources.append(reader)
                counts.append(rowCounts[index])
            case .feature(let index):
                guard let produced = works[index].produced else { return }
                sources.append(.produced(produced))
                counts.append(works[index].rows)
            case .literal(let column):
                guard let reader = ColumnReader(column) else { return }
                sources.append(reader)
                counts.append(1)
            }
        }
        work.run(sources, counts: counts, rows: batchRows == 0 ? 0 : counts.max() ?? 0)
    }

    /// Lends the batch's arrays to the feature, or takes them back, so that nothing is copied.
    private func exchange(_ work: FeatureWork, _ inputs: inout InputBatch) {
        let output = work.writer.output
        let slots = work.plan.slots
        if let slot = slots.values {
            if output.kind == .floats {
                swap(&output.floats, &inputs.buffers[slot].float)
            } else {
                swap(&output.ids, &inputs.buffers[slot].int64)
            }
        }
        if let slot = slots.lengths { swap(&output.lengths, &inputs.buffers[slot].int32) }
        if let slot = slots.keyLengths { swap(&output.keyLengths, &inputs.buffers[slot].int32) }
        if let slot = slots.weights { swap(&output.weights, &inputs.buffers[slot].float) }
    }

    // MARK: Results

    /// What happened to each feature's values since the last `clearCounters`.
    public var counters: [(feature: String, counters: FeatureCounters)] {
        works.map { ($0.plan.name, $0.writer.counters) }
    }

    public func clearCounters() {
        for work in works { work.writer.counters = FeatureCounters() }
    }

    /// The texts of a feature that has no bucketizer, a list a row; nil for other features.
    public func texts(of feature: String) -> [[String]]? {
        guard let output = output(feature), output.kind == .texts else { return nil }
        let all = output.texts.tokens.map { String(decoding: $0.bytes, as: UTF8.self) }
        var start = 0
        return output.lengths.map { length in
            let end = min(all.count, start + Int(length))
            defer { start = end }
            return Array(all[start..<end])
        }
    }

    /// The output of a feature after `run`, for features without slots.
    func output(_ feature: String) -> FeatureOutput? {
        engine.index(of: feature).map { works[$0].writer.output }
    }
}
