package import SlipwayCore
import SlipwayProtocol
import SlipwayRuntime

/// One worker's memory for answering requests with one model: reads, generates, joins, runs, cuts apart.
///
/// `@unchecked Sendable`: it goes from worker to worker, and one at a time uses it.
package final class ScoringSession: @unchecked Sendable {
    package let model: ScoringModel
    let reader: RequestReader
    let maker: InputMaker
    private let scratch: PredictorScratch
    private var merged: InputBatch
    private var outputs = PredictorOutputs()
    private var requests: [ScoredRequest] = []

    package init(_ model: ScoringModel) {
        self.model = model
        reader = RequestReader(model)
        maker = InputMaker(model)
        scratch = PredictorScratch(for: model.predictor)
        merged = InputBatch(slots: model.slots)
    }

    /// The place for request number `index` of a run.
    package func request(_ index: Int) -> ScoredRequest {
        while requests.count <= index { requests.append(ScoredRequest(slots: model.slots)) }
        return requests[index]
    }

    // MARK: Preparing

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
        try request.message.read(body)
        request.neighbourCount = request.message.neighbourCount
        request.keepsEmbedding = request.message.debugLevel == 102
        if request.message.itemIDs.isEmpty, try waits(request, for: .message(Array(body)), items) { return }
        defer { reader.clear() }
        try reader.read(body, into: request)
        try maker.make(
            request, of: reader.supplied, items: joined(items)?.find(request.message.itemIDs, in: body),
            explains: explains ?? Self.explains(request.message.debugLevel), threads: threads)
    }

    /// Whether a debug level asks for features as text.
    package static func explains(_ level: Int) -> Bool { [1, 2, 3, 102].contains(level) }

    /// Reads raw rows: tensors named like columns, and `item_ids`.
    package func prepare(
        columns: [(name: String, column: Column)], itemIDs: [String], items: ItemTable?, into request: ScoredRequest
    ) throws {
        request.clear()
        if itemIDs.isEmpty, try waits(request, for: .columns(columns), items) { return }
        defer { reader.clear() }
        try reader.read(columns: columns, itemCount: itemIDs.count, into: request)
        try maker.make(
            request, of: reader.supplied, items: joined(items)?.find(itemIDs), explains: false, threads: 1)
    }

    /// Lists of candidates bring their features themselves.
    private func joined(_ items: ItemTable?) -> ItemTable? { model.hasLists ? nil : items }

    /// Takes the model's own inputs as they are. `fill` gets the batch, empty, and gives its number of rows.
    package func prepare(into request: ScoredRequest, fill: (inout InputBatch) throws -> Int) throws {
        request.clear()
        request.inputs.removeAll()
        request.rowCount = try fill(&request.inputs)
        request.inputs.rowCount = request.rowCount
        request.userCount = model.batchSizeSlot.map { request.inputs.buffers[$0].int32.count } ?? request.rowCount
        try reader.checkCandidates(request.rowCount)
    }

    /// Rows of empty lists and zeros, which every model takes.
    package func prepareEmpty(rows: Int, into request: ScoredRequest) {
        request.clear()
        request.fillEmpty(model, rows: model.index == nil ? rows : min(rows, 1))
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
        try index.answer(request, keeps: request.keepsEmbedding ? model.cutTypes.map(\.name) : model.outputs)
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
