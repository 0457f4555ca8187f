import SlipwayCore

/// The items of one request, as rows: of a table, then of those looked up beyond it.
struct FoundItems {
    let table: ItemTable
    /// Nil for an item that nobody knows.
    var rows: [Int?]
    var others: [LookedUpItem] = []
    /// Items that the source was asked for, and those of them for which that failed.
    var asked = 0
    var failed = 0

    init(_ table: ItemTable, rows: [Int?]) {
        self.table = table
        self.rows = rows
    }

    /// A row that stands for an item nobody knows; nil where there is none.
    var standIn: Int? { table.count + others.count > 0 ? 0 : nil }

    /// Raw values of the items; those that nobody knows are null. Nil for a column that is not kept.
    func column(_ name: String) throws -> Column? {
        guard let chunks = chunks(name) else { return nil }
        return try RowGather.column(rows.map { place($0) }, chunks)
    }

    /// A column of the request with the items' values where it has none. It has a row an item, or one for all.
    func column(_ name: String, under own: Column) throws -> Column {
        guard own.nullCount > 0, let chunks = chunks(name) else { return own }
        let last = Int32(clamping: chunks.count)
        let merged = rows.enumerated().map { row, item -> RowGather.Place in
            let ownRow = own.count == 1 ? 0 : row
            return own.isNull(ownRow) ? place(item) : RowGather.Place(chunk: last, row: Int32(clamping: ownRow))
        }
        return try RowGather.column(merged, chunks + [own])
    }

    /// Copies the items' inputs to the slots `places` of `inputs`.
    func gather(unknownAs standIn: Int, into inputs: inout InputBatch, at places: [Int]) {
        table.generated?.gather(
            rows.map { $0 ?? standIn }, others: others.map(\.inputs), into: &inputs, at: places)
    }

    /// The table's chunks of a column, then one for each item looked up. Nil where none has it.
    private func chunks(_ name: String) -> [Column?]? {
        guard let own = table.chunks[name] else { return nil }
        let all = others.isEmpty ? own : own + others.map { $0.columns[name] }
        return all.contains { $0 != nil } ? all : nil
    }

    private func place(_ row: Int?) -> RowGather.Place {
        guard let row else { return .null }
        guard row >= table.count else { return table.places[row] }
        let chunkCount = table.chunks.first?.value.count ?? 0
        return RowGather.Place(chunk: Int32(clamping: chunkCount + row - table.count), row: 0)
    }
}
