import SlipwayCore
package import SlipwayProtocol

/// One request on its way through a session: what it asked, its model inputs, then its outputs. Used again.
package final class ScoredRequest {
    /// The request as it was read, for `PBRequest`s.
    package var message = PredictMessage()
    package internal(set) var rowCount = 0
    /// Rows of user inputs in a tiled model: one, but for a request whose candidates bring users of their own.
    package internal(set) var userCount = 1
    package internal(set) var outputs: [ResponseTensor] = []
    /// Candidates that neither the item features nor the request knew.
    package internal(set) var unknownRows: [Int] = []
    /// Candidates found among the item features.
    package internal(set) var itemHits = 0
    package internal(set) var itemMisses = 0
    /// Candidates that the source of item features was asked for, and those of them for which that failed.
    package internal(set) var itemsAsked = 0
    package internal(set) var itemsFailed = 0
    /// Names of columns that nobody supplied.
    package internal(set) var missingColumns: [String] = []
    /// Ids outside their table, by feature; of all requests that ran together.
    package internal(set) var mappedIDs: [String: Int] = [:]
    package internal(set) var featureCounts: [FeatureCount] = []
    /// Items wanted of a model that recalls; 0 for the model's own number.
    package var neighbourCount = 0
    /// Whether the user's embedding is wanted beside recalled items.
    var keepsEmbedding = false
    /// Ids of the items that were recalled, best first; nil where none were asked for.
    package internal(set) var retrieved: [String]?
    /// What a search through a tree needs once the request is run.
    var pending: PendingUser?
    /// One text a row, where they were asked for.
    package internal(set) var generatedTexts: [String] = []
    package internal(set) var rawTexts: [String] = []

    var inputs: InputBatch

    init(slots: [InputSlot]) { inputs = InputBatch(slots: slots) }

    func clear() {
        rowCount = 0
        userCount = 1
        outputs.removeAll(keepingCapacity: true)
        unknownRows.removeAll(keepingCapacity: true)
        itemHits = 0
        itemMisses = 0
        itemsAsked = 0
        itemsFailed = 0
        missingColumns.removeAll(keepingCapacity: true)
        mappedIDs.removeAll(keepingCapacity: true)
        featureCounts.removeAll(keepingCapacity: true)
        neighbourCount = 0
        keepsEmbedding = false
        retrieved = nil
        pending = nil
        generatedTexts.removeAll()
        rawTexts.removeAll()
    }

    package var inputShapes: [String] {
        zip(inputs.slots, inputs.buffers).map { slot, buffer in
            let count = buffer.int64.count + buffer.int32.count + buffer.float.count
            return slot.width == 1
                ? "\(slot.name)[\(count)]" : "\(slot.name)[\(count / max(slot.width, 1)), \(slot.width)]"
        }
    }
}

extension ScoredRequest {
    /// Texts of rows by item id; those of a request without items stand under upstream's stand-in.
    package static func texts(_ rows: [String], ids: [String]) -> [(id: String, text: String)] {
        guard !rows.isEmpty else { return [] }
        guard ids.count == rows.count else { return rows.prefix(1).map { ("mock_id", $0) } }
        return zip(ids, rows).map { ($0, $1) }
    }
}
