import Foundation
import SlipwayCore
import SlipwayData
import SlipwayOnline
import SlipwayRecall
import SlipwayTestSupport
import Testing

/// Recall on models that TorchEasyRec trained: dssm against brute force over the embeddings it predicted itself, tdm against
/// a beam over the scores of every node.
@Suite struct GoldenRecallTests {
    private static let goldens = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("shared/goldens").path

    static var isAvailable: Bool {
        ["dssm", "tdm"].allSatisfy { FileManager.default.fileExists(atPath: "\(goldens)/\($0)/pipeline.config") }
    }

    private func rows(_ path: String, _ columns: [String]? = nil) throws -> ColumnBatch {
        try #require(try RowReader(paths: path, columns: columns, batchSize: 10_000).next())
    }

    /// A column of lists of numbers.
    private func vectors(_ path: String, _ name: String) throws -> [[Double]] {
        let column = try #require(try rows(path, [name])[name])
        let numbers = try #require(column.children[0].doubles()).map { $0 ?? .nan }
        return (0..<column.count).map { Array(numbers[column.range($0)]) }
    }

    /// What one row of a file says of the columns that are not the item's.
    private func user(_ batch: ColumnBatch, _ row: Int, _ model: ScoringModel) throws -> [(
        name: String, column: Column
    )] {
        try model.columns.filter { $0.side != .item }.compactMap { wanted in
            try batch[wanted.name].map { (wanted.name, try RowGather.row($0, row)) }
        }
    }

    @Test(.enabled(if: isAvailable, "the golden cases are not beside the checkout"))
    func allListsEqualBruteForce() async throws {
        let golden = "\(Self.goldens)/dssm"
        let towers = try RecallCase(golden, checkpoint: "model.ckpt-31", users: "data/eval.parquet")
        let predicted = try await towers.predict("item", towers.users, reserved: ["row_id"])
        _ = try IndexBuild(
            items: RowSource(path: "\(predicted)/part-0.parquet"), idField: "row_id", embeddingField: "item_tower_emb",
            layout: .init(.ivfFlatIP, listCount: 9), threads: 1
        ).run(into: "\(towers.export)/user", overwrite: false)
        var options = ScoringOptions()
        options.probes = 9
        options.neighbours = 100
        let model = try ScoringModel(name: "user", path: towers.export, options: options)
        let session = ScoringSession(model)
        let batch = try rows(towers.users)
        // TorchEasyRec's own embeddings.
        let users = try vectors("\(golden)/pred_q0_user.parquet", "user_tower_emb")
        let items = try vectors("\(golden)/pred_q0_item.parquet", "item_tower_emb")
        let ids = try #require(try rows("\(golden)/pred_q0_item.parquet", ["row_id"])["row_id"]?.integers())
        #expect(users.count == batch.rowCount && items.count == ids.count && items.count > 100)
        for row in 0..<batch.rowCount {
            let request = session.request(0)
            try session.prepare(columns: try user(batch, row, model), itemIDs: [], items: nil, into: request)
            try session.run(1)
            let found = try #require(request.retrieved)
            let scores = zip(ids, items).map { id, item in
                (id: "\(id ?? -1)", score: zip(users[row], item).reduce(0) { $0 + $1.0 * $1.1 })
            }.sorted { $0.score > $1.score }
            let byID = Dictionary(uniqueKeysWithValues: scores.map { ($0.id, $0.score) })
            #expect(found.count == 100 && Set(found).count == 100)
            // Items may change places with those as near within the tolerance of embeddings.
            #expect(zip(found, scores).allSatisfy { abs((byID[$0] ?? .nan) - $1.score) <= 1e-5 }, "row \(row)")
        }
    }

    @Test(.enabled(if: isAvailable, "the golden cases are not beside the checkout"))
    func theTreeEqualsAnExhaustiveBeam() throws {
        let tree = try RecallCase("\(Self.goldens)/tdm", checkpoint: "model.ckpt-31", users: "data/eval.parquet")
        let batch = try rows(tree.users)
        let items = try #require(batch["item_id"]?.integers()).map { $0 ?? -1 }
        // Each item's first row; as many as fill a tree of seven levels, the last of them with gaps.
        var seen: Set<Int64> = []
        let nodes = Array(items.indices.filter { items[$0] >= 0 && seen.insert(items[$0]).inserted }.prefix(110))
        try #require(nodes.count > 63 + 20)
        var codes: [Int: String] = [:]
        for (index, row) in nodes.enumerated() where index < 63 { codes[index] = "\(items[row])" }
        // A leaf below each lowest inner node first, then a second one.
        for (index, row) in nodes.dropFirst(63).enumerated() {
            codes[index < 32 ? 63 + 2 * index : 64 + 2 * (index - 32)] = "\(items[row])"
        }
        for code in stride(from: 62, to: 30, by: -1) where codes[2 * code + 1] == nil { codes[code] = nil }
        let text = "7 2\n" + codes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(tree.export)/model/serving_tree"))
        var options = ScoringOptions()
        options.hasItems = true
        let model = try ScoringModel(name: "tdm", path: tree.export, options: options)
        let table = try model.loadItems(FileItemSource(path: tree.users), key: "item_id", limitBytes: nil)
        let session = ScoringSession(model)
        let every = codes.values.sorted()
        var lists: Set<[String]> = []
        for row in stride(from: 0, to: batch.rowCount, by: 10) {
            let columns = try user(batch, row, model)
            let request = session.request(0)
            try session.prepare(columns: columns, itemIDs: every, items: table, into: request)
            try session.run(1)
            let probs = try #require(request.floats("probs1"))
            let scores = Dictionary(uniqueKeysWithValues: zip(every, probs))
            for count in [1, 4, 10] {
                try session.prepare(columns: columns, itemIDs: [], items: table, into: request)
                request.neighbourCount = count
                try session.run(1)
                #expect(request.retrieved == ExhaustiveBeam.items(codes, scores, count: count), "row \(row)")
                lists.insert(request.retrieved ?? [])
            }
        }
        #expect(lists.count > 10)
    }
}
