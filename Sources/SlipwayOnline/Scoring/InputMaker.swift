import SlipwayCore
import SlipwayFeatures

/// Makes model inputs of a request's columns and the item features it joins. One worker's memory.
final class InputMaker {
    private let model: ScoringModel
    private let full: any FeatureGeneration
    private var fullInputs: InputBatch
    private let online: (any FeatureGeneration)?
    private var onlineInputs: InputBatch
    private let fullSlots: [Int]
    private static let nothing = Column.string([nil])
    /// Candidates from which on several threads share their features.
    private static let sharedFrom = 64

    /// What inputs are made of.
    private struct Material {
        let supplied: SuppliedColumns
        let items: FoundItems?
        let rows: Int
        let threads: Int

        /// Row numbers of the items; empty without item features.
        var itemRows: [Int?] { items?.rows ?? [] }
    }

    init(_ model: ScoringModel) {
        self.model = model
        full = model.generator.makeSession()
        fullInputs = InputBatch(slots: model.generator.slots)
        online = model.itemSplit?.online?.makeSession()
        onlineInputs = InputBatch(slots: model.itemSplit?.online?.slots ?? [])
        let first = model.isTiled ? 1 : 0
        fullSlots = model.generator.slots.indices.map { $0 + first }
    }

    /// - Parameters:
    ///   - request: what has its rows counted and gets the inputs.
    ///   - items: the request's items; nil where there are no item features.
    ///   - explains: whether the features are wanted as text.
    ///   - threads: threads that may share the work.
    /// - Throws: as the feature generation does.
    func make(
        _ request: ScoredRequest, of supplied: SuppliedColumns, items: FoundItems?, explains: Bool, threads: Int
    ) throws {
        let rows = request.rowCount
        let material = Material(
            supplied: supplied, items: items, rows: rows, threads: rows < Self.sharedFrom ? 1 : threads)
        if let items { note(items, in: request, supplied) }
        let isSingle = model.isTiled && !hasUsersOfCandidates(supplied)
        request.inputs.removeAll()
        request.inputs.rowCount = rows
        request.userCount = isSingle ? 1 : rows
        if let slot = model.batchSizeSlot {
            request.inputs.buffers[slot].int32 =
                isSingle ? [Int32(clamping: rows)] : [Int32](repeating: 1, count: rows)
        }
        if !explains, request.unknownRows.count == rows { return request.fillEmpty(model, rows: rows) }
        let hasAll = request.unknownRows.isEmpty
        let isGathered = try explains && !hasAll ? false : gather(request, material)
        if !isGathered {
            var isDone = false
            if hasAll {
                try generateAll(request, material)
                isDone = true
            } else if explains {
                // The text of an unknown item shows its defaults, where all its features have some.
                isDone = (try? generateAll(request, material)) != nil
            }
            if !isDone {
                // An unknown item's score is replaced, so that another item's features serve.
                var standIns = items
                for row in request.unknownRows { standIns?.rows[row] = items?.standIn }
                try generateAll(
                    request,
                    Material(supplied: supplied, items: standIns, rows: rows, threads: material.threads))
            }
        }
        if explains {
            request.generatedTexts = model.texts.lines(request.inputs)
            let raw = try columnBatch(model.columns.indices.map { $0 }, material, missingOf: nil)
            request.rawTexts = RawText.rows(of: raw)
        }
    }

    private func note(_ items: FoundItems, in request: ScoredRequest, _ supplied: SuppliedColumns) {
        request.itemHits = items.rows.count { $0 != nil }
        request.itemMisses = items.rows.count - request.itemHits
        request.itemsAsked = items.asked
        request.itemsFailed = items.failed
        guard request.itemMisses > 0 else { return }
        let given = model.columns.indices.filter { model.columns[$0].side == .item }
            .compactMap { supplied.perCandidate($0) }
        request.unknownRows = items.rows.indices.filter { row in
            items.rows[row] == nil && given.allSatisfy { $0.isNull($0.count == 1 ? 0 : row) }
        }
    }

    /// Whether user columns came with a value for each candidate: each is then a request of its own to a tiled model.
    private func hasUsersOfCandidates(_ supplied: SuppliedColumns) -> Bool {
        model.columns.indices.contains { index in
            model.columns[index].isUserSide && (supplied.any(index, isUserSide: true)?.count ?? 1) > 1
        }
    }

    private func generateAll(_ request: ScoredRequest, _ material: Material) throws {
        request.missingColumns.removeAll(keepingCapacity: true)
        let table = try columnBatch(model.columns.indices.map { $0 }, material, missingOf: request)
        try full.generate(
            table, into: &fullInputs, hasSingleUser: model.isTiled && request.userCount == 1,
            threads: material.threads)
        for (index, place) in fullSlots.enumerated() {
            swap(&fullInputs.buffers[index], &request.inputs.buffers[place])
        }
        request.featureCounts = full.takeCounts()
    }

    /// Copies the inputs of items that were made ahead, and makes the others. False where that does not serve: there are
    /// none, or the request has values of its own for what they were made of.
    private func gather(_ request: ScoredRequest, _ material: Material) throws -> Bool {
        guard let split = model.itemSplit, let items = material.items, let standIn = items.standIn,
            items.rows.count == material.rows
        else { return false }
        for (index, column) in model.columns.enumerated()
        where split.itemColumns.contains(column.name) && material.supplied.any(index, isUserSide: false) != nil {
            return false
        }
        if let online {
            let wanted = split.online?.columns.compactMap { model.columnNames.index(of: $0.name) } ?? []
            let table = try columnBatch(wanted, material, missingOf: request)
            try online.generate(
                table, into: &onlineInputs, hasSingleUser: model.isTiled && request.userCount == 1,
                threads: material.threads)
            for (index, place) in split.onlineSlots.enumerated() {
                swap(&onlineInputs.buffers[index], &request.inputs.buffers[place])
            }
            request.featureCounts = online.takeCounts()
        }
        // An unknown item's scores are replaced; any row serves.
        items.gather(unknownAs: standIn, into: &request.inputs, at: split.itemSlots)
        return true
    }

    /// - Parameter request: where missing columns are noted; nil for nowhere.
    private func columnBatch(
        _ indices: [Int], _ material: Material, missingOf request: ScoredRequest?
    ) throws -> ColumnBatch {
        var columns: [(name: String, column: Column)] = []
        columns.reserveCapacity(indices.count)
        for index in indices {
            let wanted = model.columns[index]
            let supplied = material.supplied
            let column: Column
            let items = material.itemRows.count == material.rows && !wanted.isUserSide ? material.items : nil
            if let own = wanted.isUserSide ? supplied.any(index, isUserSide: true) : supplied.perCandidate(index) {
                column =
                    try items.map { items in
                        try withContext("in column \(wanted.name)") { try items.column(wanted.name, under: own) }
                    } ?? own
            } else if let known = try items?.column(wanted.name) {
                column = known
            } else if let own = supplied.perRequest(index) {
                column = own
            } else {
                request?.missingColumns.append(wanted.name)
                column = Self.nothing
            }
            columns.append((wanted.name, column))
        }
        return ColumnBatch(rowCount: material.rows, columns: columns)
    }
}
