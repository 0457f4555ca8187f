import SlipwayCore
import SlipwayProtocol
import SlipwayRecall

extension ScoringSession {
    /// Whether a request is answered by a search through the model's tree, which then waits for `run`.
    ///
    /// - Throws: `notFound` where the features of the tree's nodes are not known.
    func waits(
        _ request: ScoredRequest, for source: @autoclosure () -> PendingUser.Source, _ nodes: ItemTable?
    ) throws -> Bool {
        guard model.tree != nil else { return false }
        guard let nodes else {
            throw SlipwayError(
                .notFound, "the features of the tree's nodes are not known",
                fix: "serve with --items (upstream's node_feature), or send item_ids to score those")
        }
        request.rowCount = 1
        request.pending = PendingUser(source: source(), nodes: nodes)
        return true
    }

    /// Searches the tree for the request's user.
    ///
    /// - Throws: as reading the request does, `mismatch` for several rows, `outOfRange` for too many items.
    func search(_ request: ScoredRequest, _ pending: PendingUser, threads: Int) throws {
        guard let retrieval = model.tree else { return }
        let count = try Retrieved.count(
            asked: request.neighbourCount, otherwise: model.options.treeItems, limit: model.options.maxCandidates)
        let ids = retrieval.tree.ids
        let hits = try withUser(of: request, pending) {
            try BeamSearch(retrieval.tree, count: count).run { nodes in
                request.rowCount = nodes.count
                request.unknownRows.removeAll(keepingCapacity: true)
                try maker.make(
                    request, of: reader.supplied, items: pending.nodes.find(nodes.map { ids[$0] }),
                    explains: false, threads: threads)
                var scores = try score(request.inputs, threads, output: retrieval.output)
                for row in request.unknownRows { scores[row] = model.options.itemEmptyScore }
                return scores
            }
        }
        request.rowCount = 1
        request.retrieved = hits.map { ids[$0.node] }
        request.outputs = Retrieved.tensors(ids: request.retrieved ?? [], scores: hits.map(\.score))
    }

    /// Runs `body` while the user's columns are at hand.
    private func withUser<T>(of request: ScoredRequest, _ pending: PendingUser, _ body: () throws -> T) throws -> T {
        defer { reader.clear() }
        switch pending.source {
        case .message(let bytes):
            return try bytes.withUnsafeBytes { bytes in
                try reader.read(bytes, into: request)
                try Self.checkUser(request)
                return try body()
            }
        case .columns(let columns):
            try reader.read(columns: columns, itemCount: 0, into: request)
            try Self.checkUser(request)
            return try body()
        }
    }

    private static func checkUser(_ request: ScoredRequest) throws {
        guard request.rowCount == 1 else {
            throw SlipwayError(
                .mismatch, "the request has values for \(request.rowCount) items, and no item_ids",
                fix: "send one value of each feature to search the tree, or item_ids to score those")
        }
    }
}
