import SlipwayCore
import Synchronization

/// Finds items one by one, beyond those that a table holds.
protocol ItemFinding: Sendable {
    /// Memory of the items kept, and how many they are, unknown ids among them.
    var sizeBytes: Int { get }
    var count: Int { get }
    func find(_ ids: [String]) -> ItemLookup.Outcome
}

/// An item on its own: a column of one row each, and the inputs made of it.
final class LookedUpItem: MeasuredItem {
    let columns: [String: Column]
    let inputs: SlotStore?
    let sizeBytes: Int

    init(columns: [String: Column], inputs: SlotStore?) {
        self.columns = columns
        self.inputs = inputs
        // Arrays and dictionary entries have heads, which outweigh single values.
        let heads = 64 + columns.count * 200 + (inputs?.slots.count ?? 0) * 200
        sizeBytes = columns.values.reduce(heads + (inputs?.sizeBytes ?? 0)) { $0 + RowGather.sizeBytes($1) }
    }

    /// A row of a batch.
    ///
    /// - Parameters:
    ///   - names: columns to keep.
    ///   - empty: what the item's inputs begin with; nil where none are made.
    ///   - inputs: those made of the batch.
    convenience init(
        _ batch: ColumnBatch, _ row: Int, _ names: [String], _ empty: SlotStore?, _ inputs: InputBatch
    ) throws {
        var own: [String: Column] = [:]
        for name in names {
            guard let column = batch[name] else { continue }
            own[name] = try RowGather.column([RowGather.Place(chunk: 0, row: Int32(clamping: row))], [column])
        }
        var store = empty
        try store?.append(inputs, rows: [row])
        self.init(columns: own, inputs: store)
    }
}

/// Asks the source for items that a table has no room for, and keeps the latest of them.
final class ItemLookup: ItemFinding {
    struct Outcome {
        /// Nil for ids that the source does not know, or could not be asked for.
        var items: [LookedUpItem?]
        /// Ids the source was asked for, and those of them for which that failed.
        var asked = 0
        var failed = 0
    }

    private let source: any ItemSource
    private let key: String
    private let columns: [String]
    private let generator: (any FeatureGenerator)?
    /// What each item's inputs begin with.
    private let empty: SlotStore?
    private let recent: Mutex<RecentItems<LookedUpItem>>
    private let idle: Mutex<[Worker]>

    /// One thread's connection and memory.
    private final class Worker: @unchecked Sendable {
        let reader: any ItemReader
        let session: (any FeatureGeneration)?
        var inputs: InputBatch

        init(_ reader: any ItemReader, _ generator: (any FeatureGenerator)?) {
            self.reader = reader
            session = generator?.makeSession()
            inputs = InputBatch(slots: generator?.slots ?? [])
        }
    }

    /// Nil where the source cannot be asked for single items.
    init?(
        _ source: any ItemSource, key: String, columns: [String], generator: (any FeatureGenerator)?, limitBytes: Int
    ) throws {
        guard let reader = try source.reader(columns: columns, key: key) else { return nil }
        self.source = source
        self.key = key
        self.columns = columns
        self.generator = generator
        empty = generator.map { SlotStore(slots: $0.slots) }
        recent = Mutex(RecentItems(limitBytes: limitBytes))
        idle = Mutex([Worker(reader, generator)])
    }

    var sizeBytes: Int { recent.withLock { $0.sizeBytes } }
    var count: Int { recent.withLock { $0.count } }

    func find(_ ids: [String]) -> Outcome {
        var known: [String: LookedUpItem?] = [:]
        var wanted: [String] = []
        recent.withLock { recent in
            for id in ids where known[id] == nil {
                if let item = recent.find(id) {
                    known[id] = .some(item)
                } else {
                    known[id] = .some(nil)
                    wanted.append(id)
                }
            }
        }
        var outcome = Outcome(items: [])
        if !wanted.isEmpty {
            outcome.asked = wanted.count
            do {
                let read = try ask(wanted)
                recent.withLock { recent in for id in wanted { recent.insert(id, read[id]) } }
                known.merge(read.mapValues { .some($0) }) { $1 }
            } catch {
                // Scores of known items are worth more than an error for all.
                outcome.failed = wanted.count
            }
        }
        outcome.items = ids.map { known[$0] ?? nil }
        return outcome
    }

    private func ask(_ ids: [String]) throws -> [String: LookedUpItem] {
        let known = idle.withLock { $0.popLast() }
        guard let worker = try known ?? source.reader(columns: columns, key: key).map({ Worker($0, generator) }) else {
            throw SlipwayError(.ioFailure, "\(source.description) cannot be asked for single items any more")
        }
        var found: [String: LookedUpItem] = [:]
        try worker.reader.read(ids: ids) { batch in
            guard let names = batch[key] else { return }
            if let session = worker.session, let generator {
                let filled = ItemTable.filled(batch, generator.columns)
                try session.generate(filled, into: &worker.inputs, hasSingleUser: false, threads: 1)
            }
            for row in 0..<batch.rowCount {
                guard let id = RowGather.text(names, row), found[id] == nil else { continue }
                found[id] = try LookedUpItem(batch, row, columns, empty, worker.inputs)
            }
        }
        // A worker whose source failed is not used again.
        idle.withLock { $0.append(worker) }
        return found
    }
}
