import SlipwayCore
import SlipwayItems
import Synchronization

/// Makes items of what a store answers: columns, and the inputs that depend on the item alone, once an item. What a store
/// holds is not to be trusted: an item that feature generation refuses is counted and unknown, and its neighbours are not.
final class RemoteItemMaker: Sendable {
    enum Made: Sendable {
        case item(LookedUpItem)
        case absent
        case failed
    }

    let columns: [String]
    private let generator: (any FeatureGenerator)?
    /// Reads item columns beside a user's when a request is scored; nil where none are.
    private let checked: (any FeatureGenerator)?
    private let empty: SlotStore?
    private let idle = Mutex<[Worker]>([])

    /// One thread's memory.
    private final class Worker: @unchecked Sendable {
        let session: (any FeatureGeneration)?
        var inputs: InputBatch
        let check: (any FeatureGeneration)?
        var checkInputs: InputBatch

        init(_ generator: (any FeatureGenerator)?, _ checked: (any FeatureGenerator)?) {
            session = generator?.makeSession()
            inputs = InputBatch(slots: generator?.slots ?? [])
            check = checked?.makeSession()
            checkInputs = InputBatch(slots: checked?.slots ?? [])
        }
    }

    /// - Parameters:
    ///   - generator: makes the inputs that depend on the item alone.
    ///   - checked: makes the others while a request waits; it must not fail then because of an item.
    init(columns: [String], generator: (any FeatureGenerator)?, checked: (any FeatureGenerator)?) {
        self.columns = columns
        self.generator = generator
        empty = generator.map { SlotStore(slots: $0.slots) }
        let isRead = checked?.columns.contains { !$0.isUserSide && columns.contains($0.name) } ?? false
        self.checked = isRead && checked.map(Self.takesNulls) == true ? checked : nil
    }

    /// Whether items can be tried without a user: some features need one.
    private static func takesNulls(_ generator: any FeatureGenerator) -> Bool {
        var inputs = InputBatch(slots: generator.slots)
        let row = ItemTable.filled(ColumnBatch(rowCount: 1, columns: []), generator.columns)
        return (try? generator.makeSession().generate(row, into: &inputs, hasSingleUser: false, threads: 1)) != nil
    }

    /// One a stored item. `failed` is told of values and items that are not as they should be.
    func make(
        _ stored: [StoredItem], types: [String: ColumnType], failed: (_ kind: String, Int) -> Void
    ) -> [Made] {
        var made = stored.map { item -> Made in
            switch item {
            case .absent, .found: return .absent
            case .damaged:
                failed("value", 1)
                return .absent
            case .failed(let kind):
                failed(kind, 1)
                return .failed
            }
        }
        var found: [(place: Int, values: [[UInt8]?])] = []
        for (place, item) in stored.enumerated() { if case .found(let values) = item { found.append((place, values)) } }
        guard !found.isEmpty else { return made }
        let batch = ColumnBatch(
            rowCount: found.count,
            columns: columns.enumerated().map { index, name in
                let (column, bad) = ItemValue.column(
                    found.map { $0.values.count > index ? $0.values[index] : nil }, types[name] ?? .string)
                if bad > 0 { failed("value", bad) }
                return (name, column)
            })
        let worker = idle.withLock { $0.popLast() } ?? Worker(generator, checked)
        defer { idle.withLock { $0.append(worker) } }
        for (row, item) in items(batch, worker).enumerated() {
            if let item { made[found[row].place] = .item(item) } else { failed("value", 1) }
        }
        return made
    }

    /// An item a row; nil for one that cannot be made. All together first, which nearly always goes.
    private func items(_ batch: ColumnBatch, _ worker: Worker) -> [LookedUpItem?] {
        if let all = try? made(batch, worker) { return all }
        return (0..<batch.rowCount).map { row in
            let own = batch.columns.map { try? RowGather.row($0, row) }
            let one = ColumnBatch(
                rowCount: 1, columns: zip(batch.names, own).compactMap { name, column in column.map { (name, $0) } })
            return (try? made(one, worker))?.first ?? nil
        }
    }

    private func made(_ batch: ColumnBatch, _ worker: Worker) throws -> [LookedUpItem?] {
        if let session = worker.session, let generator {
            try session.generate(
                ItemTable.filled(batch, generator.columns), into: &worker.inputs, hasSingleUser: false, threads: 1)
            _ = session.takeCounts()
        }
        if let check = worker.check, let checked {
            try check.generate(
                ItemTable.filled(batch, checked.columns), into: &worker.checkInputs, hasSingleUser: false, threads: 1)
            _ = check.takeCounts()
        }
        return try (0..<batch.rowCount).map { try LookedUpItem(batch, $0, columns, empty, worker.inputs) }
    }
}
