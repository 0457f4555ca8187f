import SlipwayCore

/// Takes in the rows of a source as long as there is room for them, and counts the rest.
struct ItemTableBuilder {
    let key: String
    let generator: (any FeatureGenerator)?
    /// Nil for no limit.
    let limitBytes: Int?
    private(set) var index = ItemIndex()
    private(set) var places: [RowGather.Place] = []
    private(set) var chunks: [String: [Column?]]
    private(set) var store: SlotStore?
    private(set) var duplicates = 0
    private(set) var leftOut = 0
    private let session: (any FeatureGeneration)?
    private var inputs: InputBatch
    private var columnBytes = 0
    private var chunk: Int32 = 0
    /// An item's place, and its share of the index.
    private static let itemBytes = 40

    init(key: String, columns: [String], generator: (any FeatureGenerator)?, limitBytes: Int?) {
        self.key = key
        self.generator = generator
        self.limitBytes = limitBytes
        chunks = Dictionary(uniqueKeysWithValues: Set(columns).map { ($0, [Column?]()) })
        store = generator.map { SlotStore(slots: $0.slots) }
        session = generator?.makeSession()
        inputs = InputBatch(slots: generator?.slots ?? [])
    }

    var sizeBytes: Int { columnBytes + index.sizeBytes + places.count * 8 + (store?.sizeBytes ?? 0) }

    /// - Throws: as the feature generation does, naming the rows.
    mutating func add(_ batch: ColumnBatch) throws {
        guard let ids = batch[key] else { throw SlipwayError(.notFound, "there is no column \(key)") }
        let isFull = leftOut > 0
        if !isFull, let session, let generator {
            try withContext("rows from \(places.count) on") {
                try session.generate(
                    ItemTable.filled(batch, generator.columns), into: &inputs, hasSingleUser: false, threads: 1)
            }
        }
        let room = isFull ? 0 : self.room(for: batch)
        var kept: [Int] = []
        for row in 0..<batch.rowCount {
            guard var id = RowGather.text(ids, row) else { continue }
            id.withUTF8 { bytes in
                let id = UnsafeRawBufferPointer(bytes)
                if kept.count >= room {
                    if index.find(id) == nil { leftOut += 1 } else { duplicates += 1 }
                } else if index.append(id) {
                    kept.append(row)
                } else {
                    duplicates += 1
                }
            }
        }
        guard !kept.isEmpty else { return }
        try keep(batch, kept)
    }

    private mutating func keep(_ batch: ColumnBatch, _ rows: [Int]) throws {
        let isWhole = rows.count == batch.rowCount
        let own = rows.map { RowGather.Place(chunk: 0, row: Int32(clamping: $0)) }
        for name in chunks.keys {
            let column = try batch[name].map { try isWhole ? $0 : RowGather.column(own, [$0]) }
            columnBytes += column.map(RowGather.sizeBytes) ?? 0
            chunks[name]?.append(column)
        }
        try store?.append(inputs, rows: isWhole ? nil : rows)
        for row in rows.indices { places.append(RowGather.Place(chunk: chunk, row: Int32(clamping: row))) }
        chunk += 1
    }

    /// How many rows of a batch there is room for, if they are alike.
    private func room(for batch: ColumnBatch) -> Int {
        guard let limitBytes, batch.rowCount > 0 else { return .max }
        var bytes = chunks.keys.reduce(0) { $0 + (batch[$1].map(RowGather.sizeBytes) ?? 0) }
        if store != nil { bytes += inputs.buffers.reduce(0) { $0 + SlotStore.sizeBytes($1) } }
        let each = bytes / batch.rowCount + Self.itemBytes + (store?.slots.count ?? 0) * 8
        return max(0, limitBytes - sizeBytes) / each
    }
}
