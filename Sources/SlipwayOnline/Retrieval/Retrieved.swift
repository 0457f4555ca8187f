import SlipwayCore
import SlipwayProtocol

/// How recalled items stand in a response: the output `match_item_scores`, and the ids beside it.
package enum Retrieved {
    package static let scoresName = "match_item_scores"
    package static let idsName = "item_ids"

    /// What a model that recalls answers with.
    package static let names = [scoresName, idsName]

    static func tensors(ids: [String], scores: [Float]) -> [ResponseTensor] {
        [
            ResponseTensor(name: scoresName, shape: [scores.count], elements: .floats(scores)),
            ResponseTensor(name: idsName, shape: [ids.count], elements: .texts(ids)),
        ]
    }

    /// How many items a request gets. Throws `outOfRange` for more than candidates may be.
    static func count(asked: Int, otherwise: Int, limit: Int) throws -> Int {
        let count = asked > 0 ? asked : otherwise
        guard count <= limit else {
            throw SlipwayError(
                .outOfRange, "\(count) items are asked for, \(limit) are allowed",
                fix: "ask for fewer with faiss_neigh_num, or raise max_candidates")
        }
        return count
    }
}
