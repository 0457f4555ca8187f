import SlipwayCore
import SlipwayGraph
import SlipwayProtocol
package import SlipwayRecall

/// A user tower with an index beside it: the items nearest to the user's embedding.
package struct IndexRetrieval: Sendable {
    package let recall: RecallIndex
    /// The output that holds the user's embedding.
    package let output: String
    private let options: ScoringOptions

    /// The index of a package; nil where it has none, or where the outputs that are asked for leave its answer out.
    ///
    /// - Throws: as the index does, `mismatch` where no output is as wide as its vectors.
    init?(path: String, _ outputs: [(name: String, type: ValueType)], _ options: ScoringOptions) throws {
        guard RecallIndex.isPresent(in: path), options.outputs?.contains(Retrieved.scoresName) ?? true else {
            return nil
        }
        recall = try RecallIndex(folder: path)
        let width = recall.index.dimensions
        let fitting = outputs.filter { $0.type.rank > 1 && $0.type.dimensions.last?.size == width }
        guard let first = fitting.first else {
            throw SlipwayError(
                .mismatch,
                "the index has vectors of \(width) dimensions, the outputs "
                    + outputs.map { "\($0.name) \($0.type)" }.joined(separator: ", "),
                fix: "build the index from item embeddings of the same model")
        }
        output = first.name
        self.options = options
    }

    /// Replaces a request's outputs by the items found; those of the model named in `keeps` stay behind them.
    ///
    /// - Throws: `mismatch` for a request of several users, `outOfRange` for too many items.
    func answer(_ request: ScoredRequest, keeps: [String]) throws {
        guard request.rowCount == 1, let tensor = request.outputs.first(where: { $0.name == output }),
            case .floats(let user) = tensor.elements
        else {
            throw SlipwayError(
                .mismatch, "the request has \(request.rowCount) candidates, and recall is for one user",
                fix: "leave item_ids empty and send one value of each feature")
        }
        guard user.allSatisfy(\.isFinite) else {
            throw SlipwayError(
                .outOfRange, "the user's embedding is not finite", fix: "look for NaN among the user's features")
        }
        let count = try Retrieved.count(
            asked: request.neighbourCount, otherwise: options.neighbours, limit: options.maxCandidates)
        let hits = try recall.nearest(user[...], neighbours: count, probes: options.probes)
        let ids = hits.map { recall.ids[$0.number] }
        request.outputs =
            Retrieved.tensors(ids: ids, scores: hits.map(\.score)) + request.outputs.filter { keeps.contains($0.name) }
        request.retrieved = ids
    }
}
