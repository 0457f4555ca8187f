import Foundation
import SlipwayCore
import SlipwayLoad
import SlipwayOnline
import SlipwayProtocol
import SlipwayRecall
import SlipwayServing
import SlipwayTestSupport
import Testing

/// Models that recall, under `slipway replay` and `slipway load`.
@Suite(.serialized)
struct RecallLoadTests {
    private static let slipway = Bundle.module.bundleURL.deletingLastPathComponent().appendingPathComponent("slipway")
        .path
    private static var items: String { "\(RecallCase.source)/dssm/data/items.parquet" }
    private static var nodes: String { "\(RecallCase.source)/tdm/tree/node_feature.parquet" }

    /// A log of the case's users, each asking for `neighbours` items.
    private func log(_ folder: TemporaryFolder, neighbours: Int?) throws -> RequestLog {
        let expected = try RecallCase.expected()
        let records = (0..<8).map { row -> LogRecord in
            var request = RequestBytes()
            request.user("user_id", .int(expected.users[row]))
            request.user("age", .float(expected.ages[row]))
            if let neighbours { request.neighbours(neighbours) }
            return LogRecord(request: request.bytes)
        }
        try folder.write(Array(records.map { $0.delimited() }.joined()), to: "log/a.pblog")
        return try RequestLog([folder.path("log")])
    }

    @Test func replayComparesTheItems() async throws {
        let folder = try TemporaryFolder()
        let towers = try RecallCase.towers()
        try await towers.index(.flatIP, items: Self.items)
        let log = try log(folder, neighbours: 5)
        let server = try TestServer(["m=\(towers.export)"])
        try server.server.load()
        let served = try ServerSide(ServerAddress("http://127.0.0.1:\(server.port)", service: "m"), ClientOptions())
        defer { served.stop() }
        let same = try Replayer(log, served, against: PackageSide(path: towers.export), ReplayOptions()).run()
        #expect(same.isClean && same.requests == 8, "\(same.text())")
        #expect(same.largest["match_item_scores"] == 0)

        // The same vectors under other ids: no score differs, every item does.
        let mapping = "\(towers.export)/user/id_mapping"
        let ids = try String(contentsOfFile: mapping, encoding: .utf8).split(separator: "\n")
        try Data(ids.map { "x\($0)\n" }.joined().utf8).write(to: URL(fileURLWithPath: mapping))
        let other = try Replayer(log, served, against: PackageSide(path: towers.export), ReplayOptions()).run()
        #expect(!other.isClean && other.differing == 8 && other.differingItems == 8 && other.differingScores == 0)
        #expect(other.parts.map(\.name) == ["item_ids"] && other.parts.map(\.stage) == ["item"])
        let best = try RecallCase.expected().ids[0][0]
        let first = try #require(other.shown.first)
        #expect(first.item == "place 0" && first.first == "\(best)" && first.second == "x\(best)")
        #expect(other.text().contains("8 in items, 0 in scores"), "\(other.text())")
    }

    @Test func packagesRecallAsTheServerDoes() async throws {
        let folder = try TemporaryFolder()
        let towers = try RecallCase.towers()
        try await towers.index(.ivfFlatIP, items: Self.items)
        _ = try log(folder, neighbours: nil)
        let server = try TestServer(["m=\(towers.export)", "--faiss-neigh-num", "7", "--faiss-nprobe", "2"])
        try server.server.load()
        let command = [
            Self.slipway, "replay", folder.path("log"), "--server", "http://127.0.0.1:\(server.port)/api/predict/m",
            "--against", towers.export, "--faiss-neigh-num", "7",
        ]
        let output = try Program.run(command + ["--faiss-nprobe", "2"])
        #expect(output.contains("0 of 8 requests differ"), "\(output)")
        #expect(throws: (any Error).self) { try Program.run(command + ["--faiss-nprobe", "0"]) }
    }

    @Test func loadRecallsFromAnIndex() async throws {
        let folder = try TemporaryFolder()
        let towers = try RecallCase.towers()
        try await towers.index(.flatIP, items: Self.items)
        let model = try ScoringModel(name: "m", path: towers.export)
        let synthetic = try SyntheticRequests(model, SyntheticOptions())
        #expect(synthetic.recalls)
        let session = ScoringSession(model)
        var lists: Set<[String]> = []
        for index in 0..<10 {
            let request = session.request(0)
            try synthetic.request(index).withUnsafeBytes { try session.prepare($0, items: nil, into: request) }
            try session.run(1)
            // All 40 items, of the 200 that a request without a number asks for.
            #expect(request.retrieved?.count == 40 && request.missingColumns.isEmpty)
            lists.insert(request.retrieved ?? [])
        }
        #expect(lists.count > 1)
        let server = try TestServer(["m=\(towers.export)"])
        try server.server.load()
        try Program.run([
            Self.slipway, "load", "http://127.0.0.1:\(server.port)/api/predict/m", "--package", towers.export,
            "--rate", "20", "--seconds", "1", "--warm-up", "0", "--arrivals", "even", "--bodies", "10", "--timeout-ms",
            "60000",
            "--json",
            folder.path("report.json"),
        ])
        let json = try Data(contentsOf: URL(fileURLWithPath: folder.path("report.json")))
        let facts = try #require(JSONSerialization.jsonObject(with: json) as? [String: Any])
        let total = try #require(facts["total"] as? [String: Any])
        #expect(total["scored"] as? Int == 20)
    }

    @Test func loadSearchesATreeOrScoresItsItems() throws {
        let tree = try RecallCase.tree()
        let server = try TestServer(["m=\(tree.export)", "--items", Self.nodes])
        try server.server.load()
        let model = try ScoringModel(name: "m", path: tree.export)
        var options = SyntheticOptions()
        let searching = try SyntheticRequests(model, options)
        options.itemIDs = ["1", "2", "3"]
        options.candidates = 4
        let scoring = try SyntheticRequests(model, options)
        #expect(searching.recalls && !scoring.recalls)
        for index in 0..<5 {
            let found = try server.predict(searching.request(index), service: "m")
            let fields = try #require(ResponseFields(found.body), "\(found.text)")
            #expect(fields.outputs.keys.sorted() == ["match_item_scores"] && fields.itemIDs.count == 21)
            let scored = try server.predict(scoring.request(index), service: "m")
            #expect(ResponseFields(scored.body)?.outputs["probs1"]?.floats.count == 4, "\(scored.text)")
        }
    }
}
