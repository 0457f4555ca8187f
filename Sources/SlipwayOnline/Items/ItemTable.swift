package import Foundation
package import SlipwayCore
import SlipwayScheduling

/// One generation of item features in memory: raw columns, and the inputs made of those that depend on the item alone.
/// Immutable; a new generation replaces it whole.
package final class ItemTable: Sendable {
    private let index: ItemIndex
    private let places: [RowGather.Place]
    private let chunks: [String: [Column?]]
    private let generated: SlotStore?
    package let loadedAt: Date
    package let loadSeconds: Double
    package let sizeBytes: Int
    /// Ids that came twice; their first row counts.
    package let duplicates: Int

    package var count: Int { places.count }
    /// The inputs kept for each item.
    package var slots: [InputSlot] { generated?.slots ?? [] }

    /// Reads a source whole.
    ///
    /// - Parameters:
    ///   - columns: raw columns to keep.
    ///   - generator: makes the inputs that depend on the item alone; nil where there are none.
    ///   - limitBytes: memory the generation may have; nil for no limit.
    /// - Throws: as the source does; `outOfRange` when the limit is passed, with nothing kept.
    package init(
        _ source: any ItemSource, key: String, columns: [String], generator: (any FeatureGenerator)?, limitBytes: Int?
    ) throws {
        let start = SteadyClock.now()
        var index = ItemIndex()
        var places: [RowGather.Place] = []
        var chunks = Dictionary(uniqueKeysWithValues: Set(columns).map { ($0, [Column?]()) })
        var store = generator.map { SlotStore(slots: $0.slots) }
        let session = generator?.makeSession()
        var inputs = InputBatch(slots: generator?.slots ?? [])
        var held = 0
        var duplicates = 0
        var chunk: Int32 = 0
        try source.read(columns: columns, key: key) { batch in
            guard let ids = batch[key] else { throw SlipwayError(.notFound, "there is no column \(key)") }
            var kept: [Int] = []
            for row in 0..<batch.rowCount {
                guard var id = RowGather.text(ids, row) else { continue }
                guard id.withUTF8({ index.append(UnsafeRawBufferPointer($0)) }) else {
                    duplicates += 1
                    continue
                }
                kept.append(row)
                places.append(RowGather.Place(chunk: chunk, row: Int32(clamping: row)))
            }
            chunk += 1
            for name in chunks.keys {
                let column = batch[name]
                held += column.map(RowGather.sizeBytes) ?? 0
                chunks[name]?.append(column)
            }
            if let session, let generator {
                try withContext("rows from \(places.count - kept.count) on") {
                    try session.generate(
                        Self.filled(batch, generator.columns), into: &inputs, hasSingleUser: false, threads: 1)
                }
                try store?.append(inputs, rows: kept.count == batch.rowCount ? nil : kept)
            }
            let size = held + index.sizeBytes + places.count * 8 + (store?.sizeBytes ?? 0)
            if let limitBytes, size > limitBytes {
                throw SlipwayError(
                    .outOfRange, "the item features need more than \(limitBytes >> 20) MB (\(places.count) items read)",
                    fix: "raise item_cache_mb, or keep fewer items or columns in the source")
            }
        }
        self.index = index
        self.places = places
        self.chunks = chunks
        self.duplicates = duplicates
        generated = store
        sizeBytes = held + index.sizeBytes + places.count * 8 + (store?.sizeBytes ?? 0)
        loadedAt = Date()
        loadSeconds = Double(SteadyClock.now() - start) * 1e-9
    }

    /// The batch with a null column for each one it lacks.
    private static func filled(_ batch: ColumnBatch, _ wanted: [FeatureColumn]) -> ColumnBatch {
        ColumnBatch(
            rowCount: batch.rowCount,
            columns: wanted.map {
                ($0.name, batch[$0.name] ?? .string([String?](repeating: nil, count: batch.rowCount)))
            })
    }

    /// The row of an item; nil for one that is not here.
    package func row(of id: UnsafeRawBufferPointer) -> Int? { index.find(id) }

    /// Raw values of items; `nil` rows are null. Nil for a column that is not kept.
    package func column(_ name: String, rows: [Int?]) throws -> Column? {
        guard let chunks = chunks[name], chunks.contains(where: { $0 != nil }) else { return nil }
        return try RowGather.column(rows.map { $0.map { places[$0] } ?? .null }, chunks)
    }

    /// A column of a request with the items' values where it has none. It has a row an item, or one for all.
    package func column(_ name: String, rows: [Int?], under own: Column) throws -> Column {
        guard own.nullCount > 0, let chunks = chunks[name], chunks.contains(where: { $0 != nil }) else { return own }
        let last = Int32(clamping: chunks.count)
        let merged = rows.enumerated().map { row, item -> RowGather.Place in
            let ownRow = own.count == 1 ? 0 : row
            guard own.isNull(ownRow) else { return RowGather.Place(chunk: last, row: Int32(clamping: ownRow)) }
            return item.map { places[$0] } ?? .null
        }
        return try RowGather.column(merged, chunks + [own])
    }

    /// Copies the items' inputs to the slots `places` of `inputs`. Every row is one of this table.
    func gather(_ rows: [Int], into inputs: inout InputBatch, at places: [Int]) {
        generated?.gather(rows, into: &inputs, at: places)
    }
}
