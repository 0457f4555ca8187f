package import SlipwayCore
import SlipwayFeatures
import SlipwayProtocol
import SlipwayRuntime

/// One worker's memory for answering requests with one model: reads, generates, joins, runs, cuts apart.
///
/// `@unchecked Sendable`: it goes from worker to worker, and one at a time uses it.
package final class ScoringSession: @unchecked Sendable {
    package let model: ScoringModel
    private let full: any FeatureGeneration
    private var fullInputs: InputBatch
    private let online: (any FeatureGeneration)?
    private var onlineInputs: InputBatch
    private let fullSlots: [Int]
    private let scratch: PredictorScratch
    private var merged: InputBatch
    private var outputs = PredictorOutputs()
    private let arena = RequestArena()
    private var supplied: SuppliedColumns
    private var requests: [ScoredRequest] = []
    var threads = 1
    private static let nothing = Column.string([nil])
    /// Candidates from which on several threads share their features.
    private static let sharedFrom = 64

    package init(_ model: ScoringModel) {
        self.model = model
        full = model.generator.makeSession()
        fullInputs = InputBatch(slots: model.generator.slots)
        online = model.itemSplit?.online?.makeSession()
        onlineInputs = InputBatch(slots: model.itemSplit?.online?.slots ?? [])
        let first = model.isTiled ? 1 : 0
        fullSlots = model.generator.slots.indices.map { $0 + first }
        scratch = PredictorScratch(for: model.predictor)
        merged = InputBatch(slots: model.slots)
        supplied = SuppliedColumns(count: model.columns.count)
    }

    /// The place for request number `index` of a run.
    package func request(_ index: Int) -> ScoredRequest {
        while requests.count <= index { requests.append(ScoredRequest(slots: model.slots)) }
        return requests[index]
    }

    // MARK: Reading

    /// Reads a `PBRequest` into `request` and makes its inputs.
    ///
    /// - Parameters:
    ///   - explains: whether its features are wanted as text; nil asks the request's debug level.
    ///   - threads: threads that may share the feature generation.
    /// - Throws: `corrupt` and `mismatch` naming what is wrong with the request, `outOfRange` for too many candidates.
    package func prepare(
        _ body: UnsafeRawBufferPointer, items: ItemTable?, into request: ScoredRequest, explains: Bool? = nil,
        threads: Int = 1
    ) throws {
        request.clear()
        self.threads = threads
        try request.message.read(body)
        let message = request.message
        request.neighbourCount = message.neighbourCount
        if message.itemIDs.isEmpty, try waits(request, for: .message(Array(body)), items) { return }
        defer { forget() }
        let rows = try rowCount(
            message.itemIDs.count,
            message.features.reduce(0) { $1.origin == .user ? $0 : max($0, $1.values.count) })
        try supply(body, message, rows: rows)
        let ids = message.itemIDs
        try generate(
            request, rows: rows, items: items,
            find: { table in ids.map { table.row(of: UnsafeRawBufferPointer(rebasing: body[$0])) } },
            explains: explains ?? Self.explains(message.debugLevel))
    }

    /// Lets go of a request's columns.
    func forget() {
        supplied.removeAll()
        arena.reset()
    }

    /// Takes a request's columns.
    func supply(_ body: UnsafeRawBufferPointer, _ message: PredictMessage, rows: Int) throws {
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

    /// Whether a debug level asks for features as text.
    package static func explains(_ level: Int) -> Bool { [1, 2, 3, 102].contains(level) }

    /// Values of candidates as one row, for models that score a list in each row; a list alone is one already.
    private static func row(of column: Column) -> Column {
        if case .list = column.type, column.count == 1 { return column }
        return .list(lengths: [column.count], child: column)
    }

    private func check(_ count: Int, _ rows: Int) throws {
        guard count == rows || count == 1 else {
            throw SlipwayError(
                .mismatch, "there are \(count) values for \(rows) items",
                fix: "send a value for each item, or one for all")
        }
    }

    private func rowCount(_ ids: Int, _ values: Int) throws -> Int {
        let rows = model.hasLists ? 1 : ids > 0 ? ids : max(values, 1)
        guard rows <= model.options.maxCandidates else {
            throw SlipwayError(
                .outOfRange, "the request has \(rows) candidates, \(model.options.maxCandidates) are allowed",
                fix: "split the request, or raise max_candidates")
        }
        return rows
    }

    /// Reads raw rows: tensors named like columns, and `item_ids`.
    package func prepare(
        columns: [(name: String, column: Column)], itemIDs: [String], items: ItemTable?, into request: ScoredRequest
    ) throws {
        request.clear()
        threads = 1
        if itemIDs.isEmpty, try waits(request, for: .columns(columns), items) { return }
        defer { forget() }
        let rows = try rowCount(itemIDs.count, columns.reduce(0) { max($0, $1.column.count) })
        try supply(columns, rows: rows)
        try generate(
            request, rows: rows, items: items,
            find: { table in
                itemIDs.map { id in
                    var id = id
                    return id.withUTF8 { table.row(of: UnsafeRawBufferPointer($0)) }
                }
            }, explains: false)
    }

    /// Takes columns by name.
    func supply(_ columns: [(name: String, column: Column)], rows: Int) throws {
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

    /// Takes the model's own inputs as they are. `fill` gets the batch, empty, and gives its number of rows.
    package func prepare(into request: ScoredRequest, fill: (inout InputBatch) throws -> Int) throws {
        request.clear()
        request.inputs.removeAll()
        request.rowCount = try fill(&request.inputs)
        request.inputs.rowCount = request.rowCount
        request.userCount = model.batchSizeSlot.map { request.inputs.buffers[$0].int32.count } ?? request.rowCount
        guard request.rowCount <= model.options.maxCandidates else { _ = try rowCount(request.rowCount, 0); return }
    }

    /// Rows of empty lists and zeros, which every model takes.
    package func prepareEmpty(rows: Int, into request: ScoredRequest) {
        request.clear()
        fillEmpty(request, rows: model.index == nil ? rows : min(rows, 1))
    }

    private func fillEmpty(_ request: ScoredRequest, rows: Int) {
        request.inputs.removeAll()
        request.inputs.rowCount = rows
        request.rowCount = rows
        request.userCount = model.isTiled ? 1 : rows
        for (index, slot) in model.slots.enumerated() {
            let isLengths = slot.name.hasSuffix(".lengths")
            if slot.name == InputSlot.batchSizeName {
                request.inputs.buffers[index].int32 = [Int32(clamping: rows)]
            } else if isLengths || model.isDenseRow(slot) {
                let count = model.isSingleUserRow(slot) ? 1 : rows
                if isLengths {
                    request.inputs.buffers[index].int32 = Array(repeating: 0, count: count)
                } else {
                    request.inputs.buffers[index].float = Array(repeating: 0, count: count * slot.width)
                }
            }
        }
    }

    // MARK: Features

    func generate(
        _ request: ScoredRequest, rows: Int, items: ItemTable?, find: (ItemTable) -> [Int?], explains: Bool
    ) throws {
        request.rowCount = rows
        var found: [Int?] = []
        if let items {
            found = find(items)
            request.itemHits = found.count { $0 != nil }
            request.itemMisses = found.count - request.itemHits
            if request.itemMisses > 0 {
                let given = model.columns.indices.filter { model.columns[$0].side == .item }
                    .compactMap { supplied.perCandidate($0) }
                request.unknownRows = found.indices.filter { row in
                    found[row] == nil && given.allSatisfy { $0.isNull($0.count == 1 ? 0 : row) }
                }
            }
        }
        request.inputs.removeAll()
        request.inputs.rowCount = rows
        let isSingle = model.isTiled && !hasUsersOfCandidates
        request.userCount = isSingle ? 1 : rows
        if let slot = model.batchSizeSlot {
            request.inputs.buffers[slot].int32 =
                isSingle ? [Int32(clamping: rows)] : [Int32](repeating: 1, count: rows)
        }
        if !explains, request.unknownRows.count == rows { return fillEmpty(request, rows: rows) }
        let hasAll = request.unknownRows.isEmpty
        if !(try gather(request, items, found, unlessExplaining: explains && !hasAll)) {
            var isDone = false
            if hasAll {
                try generateAll(request, rows, items, found, isSingle)
                isDone = true
            } else if explains {
                // The text of an unknown item shows its defaults, where all its features have some.
                isDone = (try? generateAll(request, rows, items, found, isSingle)) != nil
            }
            if !isDone {
                // An unknown item's score is replaced, so that another item's features serve.
                var standIns = found
                for row in request.unknownRows { standIns[row] = items.flatMap { $0.count > 0 ? 0 : nil } }
                try generateAll(request, rows, items, standIns, isSingle)
            }
        }
        if explains {
            request.generatedTexts = model.texts.lines(request.inputs)
            let raw = try columnBatch(model.columns.indices.map { $0 }, rows, items, found, nil)
            request.rawTexts = RawText.rows(of: raw)
        }
    }

    /// Whether user columns came with a value for each candidate: each is then a request of its own to a tiled model.
    private var hasUsersOfCandidates: Bool {
        model.columns.indices.contains { index in
            model.columns[index].isUserSide && (supplied.any(index, isUserSide: true)?.count ?? 1) > 1
        }
    }

    private func generateAll(
        _ request: ScoredRequest, _ rows: Int, _ items: ItemTable?, _ found: [Int?], _ isSingle: Bool
    ) throws {
        request.missingColumns.removeAll(keepingCapacity: true)
        let table = try columnBatch(model.columns.indices.map { $0 }, rows, items, found, request)
        try full.generate(
            table, into: &fullInputs, hasSingleUser: isSingle, threads: rows < Self.sharedFrom ? 1 : threads)
        for (index, place) in fullSlots.enumerated() {
            swap(&fullInputs.buffers[index], &request.inputs.buffers[place])
        }
        request.featureCounts = full.takeCounts()
    }

    /// Copies the inputs of items that were made ahead, and makes the others. False where that does not serve: there are
    /// none, or the request has values of its own for what they were made of.
    private func gather(
        _ request: ScoredRequest, _ items: ItemTable?, _ found: [Int?], unlessExplaining: Bool
    ) throws -> Bool {
        guard let split = model.itemSplit, let items, items.count > 0, found.count == request.rowCount,
            !unlessExplaining
        else { return false }
        for (index, column) in model.columns.enumerated()
        where split.itemColumns.contains(column.name) && supplied.any(index, isUserSide: false) != nil {
            return false
        }
        if let online {
            let wanted = split.online?.columns.compactMap { model.columnNames.index(of: $0.name) } ?? []
            let table = try columnBatch(wanted, request.rowCount, items, found, request)
            try online.generate(
                table, into: &onlineInputs, hasSingleUser: model.isTiled && request.userCount == 1,
                threads: request.rowCount < Self.sharedFrom ? 1 : threads)
            for (index, place) in split.onlineSlots.enumerated() {
                swap(&onlineInputs.buffers[index], &request.inputs.buffers[place])
            }
            request.featureCounts = online.takeCounts()
        }
        // An unknown item's scores are replaced; any row serves.
        items.gather(found.map { $0 ?? 0 }, into: &request.inputs, at: split.itemSlots)
        return true
    }

    /// - Parameter request: where missing columns are noted; nil for nowhere.
    private func columnBatch(
        _ indices: [Int], _ rows: Int, _ items: ItemTable?, _ found: [Int?], _ request: ScoredRequest?
    ) throws -> ColumnBatch {
        var columns: [(name: String, column: Column)] = []
        columns.reserveCapacity(indices.count)
        for index in indices {
            let wanted = model.columns[index]
            let column: Column
            let items = found.count == rows && !wanted.isUserSide ? items : nil
            if let own = wanted.isUserSide ? supplied.any(index, isUserSide: true) : supplied.perCandidate(index) {
                column =
                    try items.map { items in
                        try withContext("in column \(wanted.name)") {
                            try items.column(wanted.name, rows: found, under: own)
                        }
                    } ?? own
            } else if let known = try items?.column(wanted.name, rows: found) {
                column = known
            } else if let own = supplied.perRequest(index) {
                column = own
            } else {
                request?.missingColumns.append(wanted.name)
                column = Self.nothing
            }
            columns.append((wanted.name, column))
        }
        return ColumnBatch(rowCount: rows, columns: columns)
    }

    // MARK: Running

    private func score(_ inputs: InputBatch, _ threads: Int) throws {
        if threads > 1, model.parallel.pieces(of: inputs.rowCount, threads: threads) > 1 {
            outputs = try model.parallel.run(inputs, threads: threads)
        } else {
            try model.predictor.run(inputs, scratch: scratch, into: &outputs)
        }
    }

    /// Scores of every row by one output.
    func score(_ inputs: InputBatch, _ threads: Int, output name: String) throws -> [Float] {
        try score(inputs, threads)
        guard let output = outputs[name] else { throw SlipwayError(.internalFault, "output \(name) was not computed") }
        return output.floats
    }

    /// Runs the predictor on request 0 and leaves its outputs, for timing.
    func runPredictor() throws { try score(request(0).inputs, 1) }

    /// Scores request number `index` alone. Throws as the predictor does.
    package func run(only index: Int, threads: Int = 1) throws {
        let request = requests[index]
        if let pending = request.pending { return try search(request, pending, threads: threads) }
        try score(request.inputs, threads)
        try OutputCutter(model, outputs).cut(request, firstRow: 0, userRow: 0, isWhole: true)
        try recall(request)
    }

    /// Puts the items nearest to the request's user in place of the embedding, where the model has an index.
    private func recall(_ request: ScoredRequest) throws {
        guard let index = model.index else { return }
        try index.answer(request, keeps: request.message.debugLevel == 102 ? model.cutTypes.map(\.name) : model.outputs)
    }

    /// Scores the first `count` requests in one run. Throws as the predictor does; then none of them has outputs.
    ///
    /// - Parameter threads: threads that may share a long list of candidates.
    package func run(_ count: Int, threads: Int = 1) throws {
        guard count > 1 else { return try run(only: 0, threads: threads) }
        merged.removeAll()
        for request in requests[..<count] {
            merged.rowCount += request.rowCount
            for index in merged.buffers.indices { merged.buffers[index].append(request.inputs.buffers[index]) }
        }
        try score(merged, threads)
        let cutter = OutputCutter(model, outputs)
        var row = 0
        var user = 0
        for request in requests[..<count] {
            try cutter.cut(request, firstRow: row, userRow: user, isWhole: false)
            try recall(request)
            row += request.rowCount
            user += request.userCount
        }
    }
}
