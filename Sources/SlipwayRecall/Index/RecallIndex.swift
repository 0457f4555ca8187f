import Foundation
import SlipwayCore

/// An index and the ids of its items: the files `faiss_index` and `id_mapping` of a folder, which upstream puts
/// beside the user tower, so that both change together.
package struct RecallIndex: Sendable {
    package static let indexName = "faiss_index"
    package static let mappingName = "id_mapping"

    package static let names = [indexName, mappingName]

    package let index: VectorIndex
    package let ids: ItemIDs

    package init(_ index: VectorIndex, _ ids: ItemIDs) throws {
        guard index.count == ids.count else {
            throw SlipwayError(
                .mismatch, "the index has \(index.count) items, its id mapping \(ids.count)",
                fix: "build both again, into one folder")
        }
        self.index = index
        self.ids = ids
    }

    /// Reads both files. Throws as they do, and `mismatch` where they are not of one make.
    package init(folder: String) throws {
        let index = try VectorIndex(path: "\(folder)/\(Self.indexName)")
        let ids = try ItemIDs(path: "\(folder)/\(Self.mappingName)")
        self = try withContext("in \(folder)") { try RecallIndex(index, ids) }
    }

    /// Whether a folder has an index in it.
    package static func isPresent(in folder: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(folder)/\(indexName)")
    }

    /// One item found: its number and its score (inner product, or squared distance).
    package struct Hit: Sendable, Hashable {
        package let number: Int
        package let score: Float

        package init(number: Int, score: Float) {
            self.number = number
            self.score = score
        }
    }

    /// The items nearest to a user: best first, each once, `neighbours` at most.
    ///
    /// - Parameter user: one vector, or one after another where the user has several interests; those of zeros
    ///   stand for no interest. An item counts by the interest it is nearest to.
    package func nearest(_ user: ArraySlice<Float>, neighbours: Int, probes: Int) throws -> [Hit] {
        let width = index.dimensions
        let interests = stride(from: user.startIndex, to: user.endIndex, by: width).map { user[$0..<$0 + width] }
        let queries = interests.count > 1 ? interests.filter { $0.contains { $0 != 0 } } : interests
        let wanted = min(neighbours, index.count)
        let (numbers, scores) = try index.search(queries.flatMap { $0 }, neighbours: wanted, probes: probes)
        let hits = zip(numbers, scores).filter { $0.0 >= 0 }.map { Hit(number: Int($0), score: $1) }
        return queries.count > 1 ? Self.merged(hits, index.type.metric, wanted) : hits
    }

    private static func merged(_ hits: [Hit], _ metric: IndexType.Metric, _ count: Int) -> [Hit] {
        let isHigherBetter = metric == .innerProduct
        let sorted = hits.sorted {
            $0.score == $1.score ? $0.number < $1.number : isHigherBetter ? $0.score > $1.score : $0.score < $1.score
        }
        var seen: Set<Int> = []
        return Array(sorted.filter { seen.insert($0.number).inserted }.prefix(count))
    }
}
