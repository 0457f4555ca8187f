package import Foundation
package import SlipwayCore
import SlipwayScheduling

/// One generation of item features in memory: raw columns, and the inputs made of those that depend on the item alone.
/// Immutable; a new generation replaces it whole.
///
/// Memory is bounded: the first items of the source are kept, as many as fit. The rest is looked up in the source when a
/// request asks for it, where the source can do that, and the latest are kept; where it cannot, the rest is unknown.
package final class ItemTable: Sendable {
    private let index: ItemIndex
    let places: [RowGather.Place]
    let chunks: [String: [Column?]]
    let generated: SlotStore?
    private let lookup: (any ItemFinding)?
    /// Where items are asked for one by one, on another machine; nil for a table that was read.
    package let remote: RemoteItems?
    private let tableBytes: Int
    private let readAt: Date
    package let loadSeconds: Double
    /// Ids that came twice; their first row counts.
    package let duplicates: Int
    /// Items of the source for which there was no room.
    package let leftOut: Int

    /// When the generation was made.
    package var loadedAt: Date { remote?.asOf ?? readAt }
    package var count: Int { places.count }
    /// Whether items for which there was no room are looked up.
    package var looksUp: Bool { lookup != nil }
    /// Items kept of those that were looked up, unknown ones among them.
    package var recentCount: Int { lookup?.count ?? 0 }
    package var sizeBytes: Int { tableBytes + (lookup?.sizeBytes ?? 0) }
    /// The inputs kept for each item.
    package var slots: [InputSlot] { generated?.slots ?? [] }

    /// Of a limit, the part for items that are looked up.
    private static let lookupShare = 8

    /// Reads a source.
    ///
    /// - Parameters:
    ///   - columns: raw columns to keep.
    ///   - generator: makes the inputs that depend on the item alone; nil where there are none.
    ///   - limitBytes: memory the generation may have; nil for no limit.
    /// - Throws: as the source and the feature generation do, with nothing kept.
    package init(
        _ source: any ItemSource, key: String, columns: [String], generator: (any FeatureGenerator)?, limitBytes: Int?
    ) throws {
        let start = SteadyClock.now()
        let forLookup = (limitBytes ?? 0) / Self.lookupShare
        let found =
            try limitBytes == nil
            ? nil
            : ItemLookup(source, key: key, columns: columns, generator: generator, limitBytes: forLookup)
        var builder = ItemTableBuilder(
            key: key, columns: columns, generator: generator,
            limitBytes: limitBytes.map { found == nil ? $0 : $0 - forLookup })
        try source.read(columns: columns, key: key) { try builder.add($0) }
        index = builder.index
        places = builder.places
        chunks = builder.chunks
        generated = builder.store
        duplicates = builder.duplicates
        leftOut = builder.leftOut
        lookup = builder.leftOut > 0 ? found : nil
        tableBytes = builder.sizeBytes
        readAt = Date()
        remote = nil
        loadSeconds = Double(SteadyClock.now() - start) * 1e-9
    }

    /// No items of its own: all are asked for.
    ///
    /// - Parameters:
    ///   - columns: raw columns that items bring.
    ///   - slots: the inputs made of each item; nil where none are made.
    init(remote: RemoteItems, columns: [String], slots: [InputSlot]?) {
        self.remote = remote
        lookup = remote
        index = ItemIndex()
        places = []
        chunks = Dictionary(columns.map { ($0, []) }, uniquingKeysWith: { first, _ in first })
        generated = slots.map { SlotStore(slots: $0) }
        tableBytes = 0
        readAt = Date()
        loadSeconds = 0
        duplicates = 0
        leftOut = 0
    }

    private init(_ table: ItemTable, finding items: any ItemFinding) {
        remote = table.remote
        lookup = items
        index = table.index
        places = table.places
        chunks = table.chunks
        generated = table.generated
        tableBytes = table.tableBytes
        readAt = table.readAt
        loadSeconds = table.loadSeconds
        duplicates = table.duplicates
        leftOut = table.leftOut
    }

    /// The same table with these items at hand, so that finding them asks nobody. Itself for a table that was read.
    ///
    /// - Parameter deadline: nanoseconds of the steady clock until which they are waited for.
    package func fetching(_ ids: [String], deadline: UInt64) -> ItemTable {
        guard let remote else { return self }
        return ItemTable(self, finding: remote.fetch(ids, deadline: deadline))
    }

    /// The batch with a null column for each one it lacks.
    static func filled(_ batch: ColumnBatch, _ wanted: [FeatureColumn]) -> ColumnBatch {
        ColumnBatch(
            rowCount: batch.rowCount,
            columns: wanted.map {
                ($0.name, batch[$0.name] ?? .string([String?](repeating: nil, count: batch.rowCount)))
            })
    }

    // MARK: Finding

    /// The items of a request's ids, which are ranges of its body.
    func find(_ ids: [Range<Int>], in body: UnsafeRawBufferPointer) -> FoundItems {
        let rows = ids.map { index.find(UnsafeRawBufferPointer(rebasing: body[$0])) }
        return lookUp(FoundItems(self, rows: rows)) { String(decoding: body[ids[$0]], as: UTF8.self) }
    }

    func find(_ ids: [String]) -> FoundItems {
        let rows = ids.map { id in
            var id = id
            return id.withUTF8 { index.find(UnsafeRawBufferPointer($0)) }
        }
        return lookUp(FoundItems(self, rows: rows)) { ids[$0] }
    }

    private func lookUp(_ found: FoundItems, id: (Int) -> String) -> FoundItems {
        let missing = found.rows.indices.filter { found.rows[$0] == nil }
        guard let lookup, !missing.isEmpty else { return found }
        var found = found
        let outcome = lookup.find(missing.map(id))
        found.asked = outcome.asked
        found.failed = outcome.failed
        for (row, item) in zip(missing, outcome.items) {
            guard let item else { continue }
            found.rows[row] = count + found.others.count
            found.others.append(item)
        }
        return found
    }
}
