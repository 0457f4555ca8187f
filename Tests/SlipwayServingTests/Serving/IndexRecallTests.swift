import Foundation
import SlipwayCore
import SlipwayData
import SlipwayOnline
import SlipwayRecall
import SlipwayServing
import SlipwayTestSupport
import Testing

/// Two towers served: the user's embedding, and the items of an index nearest to it, against numpy.
@Suite struct IndexRecallTests {
    private static var items: String { "\(RecallCase.source)/dssm/data/items.parquet" }

    private func request(
        _ expected: RecallCase.Expected, _ row: Int, neighbours: Int? = nil, debugLevel: Int = 0
    ) -> [UInt8] {
        var request = RequestBytes()
        request.user("user_id", .int(expected.users[row]))
        request.user("age", .float(expected.ages[row]))
        if let neighbours { request.neighbours(neighbours) }
        if debugLevel > 0 { request.debugLevel(debugLevel) }
        return request.bytes
    }

    private func close(_ left: [Float], _ right: [Double]) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { abs(Double($0) - $1) <= 1e-5 * max(1, abs($1)) }
    }

    @Test func withoutAnIndexTheEmbeddingIsTheOneOutput() throws {
        let towers = try RecallCase.towers()
        let expected = try RecallCase.expected()
        // The folder of both towers answers with the user's.
        let server = try TestServer(["towers=\(towers.export)"])
        try server.server.load()
        for row in 0..<8 {
            let answer = try server.predict(request(expected, row), service: "towers")
            let fields = try #require(ResponseFields(answer.body))
            #expect(Array(fields.outputs.keys) == ["user_tower_emb"])
            let output = try #require(fields.outputs["user_tower_emb"])
            #expect(output.dtype == 1 && output.shape == [1, 4])
            #expect(close(output.floats, expected.embeddings[row]))
        }
        #expect(server.server.banner().contains { $0.contains("outputs user_tower_emb") })
    }

    @Test(arguments: [IndexType.flatIP, .ivfFlatIP, .hnswFlatIP])
    func recallsTheNearestItems(_ type: IndexType) async throws {
        let towers = try RecallCase.towers()
        try await towers.index(type, items: Self.items)
        let expected = try RecallCase.expected()
        let server = try TestServer(["m=\(towers.export)/user", "--faiss-neigh-num", "10", "--faiss-nprobe", "6"])
        try server.server.load()
        for row in 0..<8 {
            for count in [nil, 3] {
                let answer = try server.predict(request(expected, row, neighbours: count), service: "m")
                let fields = try #require(ResponseFields(answer.body), "\(answer.text)")
                #expect(fields.itemIDs == expected.ids[row].prefix(count ?? 10).map(String.init))
                #expect(Array(fields.outputs.keys) == [Retrieved.scoresName])
                let scores = try #require(fields.outputs[Retrieved.scoresName])
                #expect(scores.shape == [count ?? 10] && scores.dtype == 1)
                #expect(close(scores.floats, Array(expected.scores[row].prefix(count ?? 10))))
            }
        }
        #expect(server.server.banner().contains { $0.contains("recall      \(type.rawValue) index of 40 items") })
    }

    @Test func outputsDecideWhatIsAnswered() async throws {
        let towers = try RecallCase.towers()
        try await towers.index(.flatIP, items: Self.items)
        let expected = try RecallCase.expected()
        func outputs(_ arguments: [String], debugLevel: Int = 0) throws -> [String] {
            let server = try TestServer(["m=\(towers.export)"] + arguments)
            try server.server.load()
            let answer = try server.predict(request(expected, 0, neighbours: 2, debugLevel: debugLevel), service: "m")
            let fields = try #require(ResponseFields(answer.body))
            #expect(fields.itemIDs.count == (fields.outputs.keys.contains(Retrieved.scoresName) ? 2 : 0))
            return fields.outputs.keys.sorted()
        }
        #expect(try outputs([]) == ["match_item_scores"])
        #expect(try outputs([], debugLevel: 102) == ["match_item_scores", "user_tower_emb"])
        #expect(
            try outputs(["--outputs", "match_item_scores,user_tower_emb"]) == ["match_item_scores", "user_tower_emb"])
        #expect(try outputs(["--outputs", "user_tower_emb"]) == ["user_tower_emb"])
    }

    @Test func theOtherProtocolRecallsToo() async throws {
        let towers = try RecallCase.towers()
        try await towers.index(.flatIP, items: Self.items)
        let expected = try RecallCase.expected()
        let server = try TestServer(["m=\(towers.export)"])
        try server.server.load()
        let connection = try server.connect()
        func object(_ answer: RawHTTP.Answer) throws -> [String: Any] {
            try #require(JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
        }
        let outputs = try #require(try object(connection.ask("GET", "/v2/models/m"))["outputs"] as? [[String: Any]])
        #expect(outputs.map { $0["name"] as? String } == ["match_item_scores", "item_ids"])
        #expect(outputs.map { $0["datatype"] as? String } == ["FP32", "BYTES"])
        func body(_ binary: Bool) -> [UInt8] {
            Array(
                """
                {"parameters": {"faiss_neigh_num": 4, "binary_data_output": \(binary)}, "inputs": [
                {"name": "user_id", "datatype": "INT64", "shape": [1], "data": [\(expected.users[2])]},
                {"name": "age", "datatype": "FP32", "shape": [1], "data": [\(expected.ages[2])]}]}
                """.utf8)
        }
        // A request before it that asks for more leaves nothing behind.
        #expect(try server.predict(request(expected, 2, debugLevel: 102), service: "m").status == 200)
        let answer = try object(connection.ask("POST", "/v2/models/m/infer", body: body(false)))
        let found = try #require(answer["outputs"] as? [[String: Any]])
        #expect(found.map { $0["name"] as? String } == ["match_item_scores", "item_ids"])
        #expect(found[0]["shape"] as? [Int] == [4] && found[1]["datatype"] as? String == "BYTES")
        #expect(found[1]["data"] as? [String] == expected.ids[2].prefix(4).map(String.init))
        let binary = try connection.ask("POST", "/v2/models/m/infer", body: body(true))
        let texts = expected.ids[2].prefix(4).flatMap { id -> [UInt8] in
            let text = Array("\(id)".utf8)
            return little(UInt32(text.count)) + text
        }
        #expect(Array(binary.body.suffix(texts.count)) == texts)
    }

    @Test func saysWhatIsWrong() async throws {
        let towers = try RecallCase.towers()
        try await towers.index(.flatIP, items: Self.items)
        let expected = try RecallCase.expected()
        let server = try TestServer(["m=\(towers.export)", "--max-candidates", "5", "--faiss-neigh-num", "5"])
        try server.server.load()
        let many = try server.predict(request(expected, 0, neighbours: 6), service: "m")
        #expect(many.status == 400 && many.text.contains("6 items are asked for, 5 are allowed"))
        var listed = RequestBytes()
        listed.ids(["1", "2"])
        let answer = try server.predict(request(expected, 0) + listed.bytes, service: "m")
        #expect(answer.status == 400 && answer.text.contains("recall is for one user"))
        var huge = RequestBytes()
        huge.user("user_id", .int(1))
        huge.user("age", .float(.nan))
        let nan = try server.predict(huge.bytes, service: "m")
        #expect(nan.status == 400 && nan.text.contains("not finite"))
        // Good ones still are, alone and in one run with bad ones.
        #expect(try server.predict(request(expected, 0), service: "m").status == 200)
    }

    @Test func aBadIndexIsNotServed() async throws {
        let towers = try RecallCase.towers()
        try await towers.index(.flatIP, items: Self.items)
        let path = "\(towers.export)/user/faiss_index"
        let whole = try MappedFile.contents(of: path)
        try Data(whole.prefix(100)).write(to: URL(fileURLWithPath: path))
        #expect(try failure { try ScoringModel(name: "m", path: towers.export) }.code == .corrupt)
        try Data(whole).write(to: URL(fileURLWithPath: path))
        try Data("1\n".utf8).write(to: URL(fileURLWithPath: "\(towers.export)/user/id_mapping"))
        #expect(try failure { try ScoringModel(name: "m", path: towers.export) }.message.contains("id mapping 1"))
        let narrow = try VectorIndex(.init(.flatIP), dimensions: 3)
        try narrow.add([1, 2, 3], threads: 1)
        try IndexFolder.write(RecallIndex(narrow, ItemIDs(["a"])), to: "\(towers.export)/user")
        let error = try failure { try ScoringModel(name: "m", path: towers.export) }
        #expect(error.message.contains("vectors of 3 dimensions, the outputs user_tower_emb"))
    }

    @Test func aNewIndexIsTakenUp() async throws {
        let towers = try RecallCase.towers()
        try await towers.index(.flatIP, items: Self.items)
        let server = try TestServer(["m=\(towers.export)", "--reload-seconds", "1"])
        try server.server.load()
        let expected = try RecallCase.expected()
        let only = try VectorIndex(.init(.flatIP), dimensions: 4)
        try only.add([1, 1, 1, 1], threads: 1)
        try IndexFolder.write(RecallIndex(only, ItemIDs(["the only one"])), to: "\(towers.export)/user")
        try await until(20) {
            ResponseFields(try server.predict(request(expected, 0), service: "m").body)?.itemIDs == ["the only one"]
        }
    }
}
