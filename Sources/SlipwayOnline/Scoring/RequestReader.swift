import SlipwayCore
import SlipwayProtocol

/// Reads the columns that a request brings. One worker's memory.
final class RequestReader {
    private let model: ScoringModel
    private let arena = RequestArena()
    /// Until `clear`, and while the bytes that were read are there.
    private(set) var supplied: SuppliedColumns

    init(_ model: ScoringModel) {
        self.model = model
        supplied = SuppliedColumns(count: model.columns.count)
    }

    func clear() {
        supplied.removeAll()
        arena.reset()
    }

    /// Reads the features of a `PBRequest` whose message was read, and sets the request's number of rows.
    ///
    /// Throws `corrupt` and `mismatch` naming what is wrong, `outOfRange` for too many candidates.
    func read(_ body: UnsafeRawBufferPointer, into request: ScoredRequest) throws {
        let message = request.message
        let rows = try rowCount(
            message.itemIDs.count,
            message.features.reduce(0) { $1.origin == .user ? $0 : max($0, $1.values.count) })
        request.rowCount = rows
        let builder = ColumnBuilder(body, arena)
        for feature in message.features {
            let name = UnsafeRawBufferPointer(rebasing: body[feature.name])
            guard let index = model.columnNames.index(of: name), !feature.values.isEmpty else { continue }
            let column = try withContext("in feature \(model.columns[index].name)") {
                let column = try builder.column(message.values[feature.values])
                if model.hasLists, feature.origin != .user { return Self.row(of: column) }
                try check(column.count, rows)
                return column
            }
            switch feature.origin {
            case .user: supplied.setUser(column, at: index)
            case .context: supplied.setContext(column, at: index)
            case .item: supplied.setItem(column, at: index)
            }
        }
    }

    /// Takes raw rows: tensors named like columns.
    func read(
        columns: [(name: String, column: Column)], itemCount: Int, into request: ScoredRequest
    ) throws {
        let rows = try rowCount(itemCount, columns.reduce(0) { max($0, $1.column.count) })
        request.rowCount = rows
        for (name, column) in columns {
            guard let index = model.columnNames.index(of: name) else {
                throw SlipwayError(
                    .notFound, "there is no input called \(String(name.prefix(100)))",
                    fix: "the model's metadata lists its inputs")
            }
            try withContext("in input \(name)") { try check(column.count, rows) }
            if column.count == 1 { supplied.setUser(column, at: index) } else { supplied.setContext(column, at: index) }
        }
    }

    /// Throws `outOfRange` for more candidates than are allowed.
    func checkCandidates(_ rows: Int) throws {
        guard rows <= model.options.maxCandidates else {
            throw SlipwayError(
                .outOfRange, "the request has \(rows) candidates, \(model.options.maxCandidates) are allowed",
                fix: "split the request, or raise max_candidates")
        }
    }

    private func rowCount(_ ids: Int, _ values: Int) throws -> Int {
        let rows = model.hasLists ? 1 : ids > 0 ? ids : max(values, 1)
        try checkCandidates(rows)
        return rows
    }

    private func check(_ count: Int, _ rows: Int) throws {
        guard count == rows || count == 1 else {
            throw SlipwayError(
                .mismatch, "there are \(count) values for \(rows) items",
                fix: "send a value for each item, or one for all")
        }
    }

    /// Values of candidates as one row, for models that score a list in each row; a list alone is one already.
    private static func row(of column: Column) -> Column {
        if case .list = column.type, column.count == 1 { return column }
        return .list(lengths: [column.count], child: column)
    }
}
