import SlipwayCore
import SlipwayProtocol
import SlipwayRecall

extension ScoringSession {
    /// Whether a request is answered by a search through the model's tree, which then waits for `run`.
    ///
    /// - Throws: `notFound` where the features of the tree's nodes are not known.
    func waits(_ request: ScoredRequest, for source: @autoclosure () -> PendingUser.Source, _ nodes: ItemTable?) throws
        -> Bool
    {
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
    func search(_ request: ScoredRequest, _ pending: PendingUser, threads: Int) throws {
        guard let retrieval = model.tree else { return }
        let count = try Retrieved.count(
            asked: request.neighbourCount, otherwise: model.options.treeItems, limit: model.options.maxCandidates)
        self.threads = threads
        let ids = retrieval.tree.ids
        let hits = try withUser(of: request, pending) {
            try BeamSearch(retrieval.tree, count: count).run { nodes in
                let rows = nodes.map { node in
                    ids.text(node).withUnsafeBytes { pending.nodes.row(of: $0) }
                }
                request.unknownRows.removeAll(keepingCapacity: true)
                try generate(request, rows: nodes.count, items: pending.nodes, find: { _ in rows }, explains: false)
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
        defer { forget() }
        switch pending.source {
        case .message(let bytes):
            return try bytes.withUnsafeBytes { bytes in
                try supply(bytes, request.message, rows: 1)
                return try body()
            }
        case .columns(let columns):
            try supply(columns, rows: 1)
            return try body()
        }
    }
}
