import SlipwayCore
import SlipwayData

/// One request's items: those found, and which of the wanted ones are among them.
struct HitRateRow {
    /// By interest, best first.
    let found: [[RecallIndex.Hit]]
    let hits: [String]
    let wantedCount: Int

    init(found: [[RecallIndex.Hit]], wanted: Set<String>, _ ids: ItemIDs) {
        self.found = found
        wantedCount = wanted.count
        var seen: Set<String> = []
        hits = found.joined().map { ids[$0.number] }.filter { wanted.contains($0) && seen.insert($0).inserted }
    }
}

/// The files of a hit rate: a row a request, and the total.
final class HitRateDetails {
    private let writer: RowWriter

    init(_ path: String, format: RowFormat, idType: ColumnType, overwrite: Bool) throws {
        writer = try RowWriter(
            directory: path, format: format,
            schema: RowSchema([
                .init("id", idType), .init("topk_ids", .list(.list(.string))),
                .init("topk_dists", .list(.list(.float))),
                .init("hitrate", .double), .init("hit_ids", .list(.string)),
            ]), overwrite: overwrite)
    }

    func append(_ requestIDs: Column, _ rows: [HitRateRow], _ ids: ItemIDs) throws {
        let interests = rows.map { Optional($0.found.count) }
        let lengths = rows.flatMap { $0.found.map { Optional($0.count) } }
        let hits = rows.flatMap { $0.found.joined() }
        func nested(_ column: Column) -> Column {
            .list(lengths: interests, child: .list(lengths: lengths, child: column))
        }
        try writer.append(
            ColumnBatch(
                rowCount: rows.count,
                columns: [
                    ("id", requestIDs), ("topk_ids", nested(.string(hits.map { ids[$0.number] }))),
                    ("topk_dists", nested(.of(hits.map(\.score)))),
                    (
                        "hitrate",
                        .double(rows.map { $0.wantedCount == 0 ? nil : Double($0.hits.count) / Double($0.wantedCount) })
                    ),
                    (
                        "hit_ids",
                        .list(
                            lengths: rows.map { $0.hits.count },
                            child: .string(rows.flatMap { $0.hits.map(Optional.some) }))
                    ),
                ]))
    }

    func finish() throws { try writer.finish() }

    static func write(total: Double, to path: String, format: RowFormat, overwrite: Bool) throws {
        let writer = try RowWriter(
            directory: path, format: format, schema: RowSchema([.init("hitrate", .double)]), overwrite: overwrite)
        try writer.append(ColumnBatch(rowCount: 1, columns: [("hitrate", .of([total]))]))
        try writer.finish()
    }
}
