import Foundation
import SlipwayCore
import SlipwayData
import SlipwayOnline
import SlipwayPredict
import SlipwayRecall
import SlipwayRetrieval
import SlipwayServing
import SlipwayTestSupport
import Testing

/// Retrieval through a tree, against a beam over the scores of every node asked for one by one.
@Suite struct TreeRecallTests {
    private static var nodes: String { "\(RecallCase.source)/tdm/tree/node_feature.parquet" }

    private struct User {
        let columns: [(name: String, value: RequestBytes.Value)]
        let item: Int64

        func request(_ ids: [String] = [], neighbours: Int? = nil) -> [UInt8] {
            var request = RequestBytes()
            for (name, value) in columns { request.user(name, value) }
            request.ids(ids)
            if let neighbours { request.neighbours(neighbours) }
            return request.bytes
        }
    }

    private func users(_ path: String) throws -> [User] {
        let batch = try #require(try RowReader(paths: path, batchSize: 100).next())
        func numbers(_ name: String) throws -> [Int64] { try #require(batch[name]?.integers()).map { $0 ?? 0 } }
        let (ids, items) = (try numbers("user_id"), try numbers("item_id"))
        return try (0..<batch.rowCount).map { row in
            var columns: [(name: String, value: RequestBytes.Value)] = [("user_id", .int(ids[row]))]
            for name in ["click_seq__item_id", "click_seq__cate_id"] {
                let column = try #require(batch[name])
                let values = try #require(column.children[0].integers())[column.range(row)].map { $0 ?? 0 }
                columns.append((name, values.isEmpty ? .missing : .ints(values)))
            }
            return User(columns: columns, item: items[row])
        }
    }

    private func codes(_ path: String) throws -> [Int: String] {
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst()
        return Dictionary(
            uniqueKeysWithValues: lines.compactMap { line in
                let words = line.split(separator: " ")
                return Int(words[0]).map { ($0, String(words[1])) }
            })
    }

    @Test func findsWhatABeamOverEveryScoreFinds() throws {
        let tree = try RecallCase.tree()
        let codes = try codes("\(RecallCase.source)/tdm/tree/serving_tree")
        let server = try TestServer(["tdm=\(tree.export)", "--items", Self.nodes, "--tdm-retrieval-num", "4"])
        try server.server.load()
        #expect(server.server.banner().contains { $0.contains("tree of 21 items in 6 levels") })
        let every = codes.values.sorted()
        var lists: Set<[String]> = []
        for user in try users(tree.users) {
            let answer = try server.predict(user.request(every), service: "tdm")
            let scored = try #require(ResponseFields(answer.body)?.outputs["probs1"]?.floats, "\(answer.text)")
            let scores = Dictionary(uniqueKeysWithValues: zip(every, scored))
            for count in [nil, 1, 2, 30] {
                let answer = try server.predict(user.request(neighbours: count), service: "tdm")
                let found = try #require(ResponseFields(answer.body), "\(answer.text)")
                #expect(found.itemIDs == ExhaustiveBeam.items(codes, scores, count: count ?? 4))
                let own = try #require(found.outputs[Retrieved.scoresName]?.floats)
                #expect(zip(found.itemIDs, own).allSatisfy { abs((scores[$0] ?? -1) - $1) < 1e-6 })
                if count == 30 { #expect(found.itemIDs.count == 21) }
                lists.insert(found.itemIDs)
            }
        }
        #expect(lists.count > 8, "the case tells users apart")
    }

    @Test func filesGiveWhatTheServerGives() throws {
        let tree = try RecallCase.tree()
        let server = try TestServer(["tdm=\(tree.export)", "--items", Self.nodes])
        try server.server.load()
        var retrieval = TreeFileRetrieval(
            PredictRequest(
                packagePath: "\(tree.export)/model", inputPath: tree.users, outputPath: tree.folder.path("found"),
                reservedColumns: ["user_id"], batchSize: 3, threads: 2))
        retrieval.count = 5
        let summary = try retrieval.run()
        let rows = try #require(try RowReader(paths: summary.path, batchSize: 100).next())
        #expect(rows.names == ["user_id", "recall_ids"])
        let column = try #require(rows["recall_ids"])
        var hits = 0
        for (row, user) in try users(tree.users).enumerated() {
            let found = try #require(
                ResponseFields(try server.predict(user.request(neighbours: 5), service: "tdm").body))
            #expect(cell(column, row) == "[\(found.itemIDs.joined(separator: ", "))]")
            hits += found.itemIDs.contains("\(user.item)") ? 1 : 0
        }
        #expect(summary.rows == 8 && summary.hits == hits && summary.recall == Double(hits) / 8)
    }

    @Test func theOtherProtocolSearchesToo() throws {
        let tree = try RecallCase.tree()
        let server = try TestServer(["tdm=\(tree.export)", "--items", Self.nodes])
        try server.server.load()
        let body = """
            {"parameters": {"faiss_neigh_num": 3}, "inputs": [
            {"name": "user_id", "datatype": "INT64", "shape": [1], "data": [7]}], "outputs": [{"name": "item_ids"}]}
            """
        let answer = try server.connect().ask("POST", "/v2/models/tdm/infer", body: Array(body.utf8))
        let object = try #require(JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
        let ids = try #require((object["outputs"] as? [[String: Any]])?.first?["data"] as? [String], "\(answer.text)")
        var plain = RequestBytes()
        plain.user("user_id", .int(7))
        plain.neighbours(3)
        #expect(ResponseFields(try server.predict(plain.bytes, service: "tdm").body)?.itemIDs == ids)
        #expect(ids.count == 3)
    }

    @Test func saysWhatIsWrong() throws {
        let tree = try RecallCase.tree()
        let bare = try TestServer(["tdm=\(tree.export)", "--max-candidates", "40"])
        try bare.server.load()
        let user = try users(tree.users)[0]
        let answer = try bare.predict(user.request(), service: "tdm")
        #expect(answer.status == 400 && answer.text.contains("the features of the tree's nodes are not known"))
        let server = try TestServer(["tdm=\(tree.export)", "--items", Self.nodes, "--max-candidates", "40"])
        try server.server.load()
        let many = try server.predict(user.request(neighbours: 41), service: "tdm")
        #expect(many.status == 400 && many.text.contains("41 items are asked for"))
        var twice = RequestBytes()
        twice.context("user_id", [.int(1), .int(2)])
        #expect(try server.predict(twice.bytes, service: "tdm").status == 400)

        try Data("6 2\n0 a\n".utf8).write(to: URL(fileURLWithPath: "\(tree.export)/model/serving_tree"))
        var options = ScoringOptions()
        options.verifiesHashes = false
        #expect(throws: SlipwayError.self) { try ScoringModel(name: "m", path: tree.export, options: options) }
    }

    @Test func filesSayWhatIsWrong() throws {
        let tree = try RecallCase.tree()
        let towers = try RecallCase.towers()
        func error(_ package: String, _ change: (inout TreeFileRetrieval) -> Void = { _ in }) throws -> SlipwayError {
            var retrieval = TreeFileRetrieval(
                PredictRequest(
                    packagePath: package, inputPath: tree.users, outputPath: tree.folder.path("none"), threads: 1))
            change(&retrieval)
            return try failure { try retrieval.run() }
        }
        #expect(try error("\(towers.export)/user").message.contains("no data_config.tdm_sampler"))
        #expect(try error("\(tree.export)/model") { $0.branching = 1 }.code == .invalidArgument)
        #expect(try error("\(tree.export)/model") { $0.count = 0 }.code == .invalidArgument)
        #expect(try error("\(tree.export)/model") { $0.predict.reservedColumns = ["x"] }.code == .notFound)
        #expect(!FileManager.default.fileExists(atPath: tree.folder.path("none")))
    }
}
