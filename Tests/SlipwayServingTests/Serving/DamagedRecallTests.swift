import Foundation
import SlipwayCore
import SlipwayOnline
import SlipwayRecall
import SlipwayServing
import SlipwayTestSupport
import Testing

/// Requests for recall that are damaged or of wrong types, and packages whose files do not fit together.
@Suite struct DamagedRecallTests {
    private static var items: String { "\(RecallCase.source)/dssm/data/items.parquet" }
    private static var nodes: String { "\(RecallCase.source)/tdm/tree/node_feature.parquet" }

    private func user(_ body: (inout RequestBytes) -> Void = { _ in }) -> [UInt8] {
        var request = RequestBytes()
        request.user("user_id", .int(3))
        request.user("age", .float(0.5))
        body(&request)
        return request.bytes
    }

    /// Every answer is items or a 400 with a reason, and a good request is answered alike before and after.
    private func fuzz(_ server: TestServer, _ good: [UInt8], seed: UInt64, _ kind: String) throws {
        let before = try server.predict(good, service: "m")
        try #require(before.status == 200, "\(before.text)")
        var numbers = SeededRandom(seed: Fuzz.seed(seed))
        var connection = try server.connect()
        let count = Fuzz.count(500)
        for index in 0..<count {
            let answer = try connection.ask("POST", "/api/predict/m", body: damaged(good, &numbers))
            #expect(answer.status == 200 || answer.status == 400, "\(index): \(answer.text)")
            if answer.status == 200 { #expect(ResponseFields(answer.body) != nil) }
            if answer.headers["connection"] == "close" { connection = try server.connect() }
        }
        Fuzz.report(kind, count)
        #expect(try server.predict(good, service: "m").body == before.body)
    }

    @Test(arguments: [IndexType.flatIP, .ivfFlatL2, .hnswFlatIP])
    func indexRequests(_ type: IndexType) async throws {
        let towers = try RecallCase.towers()
        try await towers.index(type, items: Self.items)
        let server = try TestServer(["m=\(towers.export)"])
        try server.server.load()
        try fuzz(server, user { $0.neighbours(5) }, seed: 11, "recall requests")
    }

    @Test func treeRequests() throws {
        let tree = try RecallCase.tree()
        let server = try TestServer(["m=\(tree.export)", "--items", Self.nodes])
        try server.server.load()
        var request = RequestBytes()
        request.user("user_id", .int(3))
        request.user("click_seq__item_id", .ints([1, 2]))
        request.user("click_seq__cate_id", .ints([1, 1]))
        request.neighbours(3)
        try fuzz(server, request.bytes, seed: 12, "tree requests")
    }

    @Test func wrongTypesAreNamed() async throws {
        let towers = try RecallCase.towers()
        try await towers.index(.flatIP, items: Self.items)
        let server = try TestServer(["m=\(towers.export)"])
        try server.server.load()
        let text = try server.predict(
            {
                var request = RequestBytes()
                request.user("user_id", .text("nobody"))
                request.user("age", .texts(["old"]))
                return request.bytes
            }(), service: "m")
        #expect(text.status == 400 && text.text.contains("user_id"), "\(text.status) \(text.text)")
        let connection = try server.connect()
        func ask(_ parameters: String, _ datatype: String = "INT64", _ data: String = "[1]") throws -> RawHTTP.Answer {
            let body = """
                {"parameters": \(parameters), "inputs": [
                {"name": "user_id", "datatype": "\(datatype)", "shape": [1], "data": \(data)},
                {"name": "age", "datatype": "FP32", "shape": [1], "data": [0.5]}]}
                """
            return try connection.ask("POST", "/v2/models/m/infer", body: Array(body.utf8))
        }
        for value in ["\"5\"", "-1", "1.5", "1e300", "[5]", "{}"] {
            let answer = try ask("{\"faiss_neigh_num\": \(value)}")
            #expect(
                answer.status == 400 && answer.text.contains("faiss_neigh_num is no whole number of items"),
                "\(value): \(answer.text)")
        }
        #expect(try ask("{\"faiss_neigh_num\": 5}").status == 200)
        #expect(try ask("{}").status == 200)
        let two = try ask("{}", "INT64", "[1, 2]")
        #expect(two.status == 400)
        // Negative numbers in a PBRequest ask for the server's own.
        let negative = try server.predict(user { $0.neighbours(-4) }, service: "m")
        #expect(ResponseFields(negative.body)?.itemIDs.count == 40, "\(negative.text)")
    }

    @Test func missingFilesAreNamed() async throws {
        let towers = try RecallCase.towers()
        try await towers.index(.ivfFlatIP, items: Self.items)
        let folder = "\(towers.export)/user"
        func error() throws -> SlipwayError { try failure { try ScoringModel(name: "m", path: towers.export) } }
        let mapping = try MappedFile.contents(of: "\(folder)/id_mapping")
        try FileManager.default.removeItem(atPath: "\(folder)/id_mapping")
        let missing = try error()
        #expect(missing.code == .notFound && missing.description.contains("\(folder)/id_mapping"), "\(missing)")
        try Data(mapping + Array("more\n".utf8)).write(to: URL(fileURLWithPath: "\(folder)/id_mapping"))
        let longer = try error()
        #expect(longer.message.contains("the index has 40 items, its id mapping 41"), "\(longer)")
        #expect(longer.fix == "build both again, into one folder" && longer.description.contains(folder))
        try Data().write(to: URL(fileURLWithPath: "\(folder)/id_mapping"))
        #expect(try error().description.contains("id mapping 0"))
        // Without an index, the embedding is answered again.
        try FileManager.default.removeItem(atPath: "\(folder)/faiss_index")
        #expect(try ScoringModel(name: "m", path: towers.export).answers == ["user_tower_emb"])
    }

    /// The server goes on with the index it has when the next one is damaged, and says so.
    @Test func aDamagedNewIndexIsRefused() async throws {
        let towers = try RecallCase.towers()
        try await towers.index(.flatIP, items: Self.items)
        let server = try TestServer(["m=\(towers.export)", "--reload-seconds", "1"])
        try server.server.load()
        let before = try server.predict(user(), service: "m")
        try #require(before.status == 200)
        try Data("IxFI and no more".utf8).write(to: URL(fileURLWithPath: "\(towers.export)/user/faiss_index"))
        try await until(20) { try server.metrics("slipway_model_loads_total{model=\"m\",result=\"failed\"}") > 0 }
        #expect(try server.predict(user(), service: "m").body == before.body)
    }

    @Test func featuresAreExplainedBesideItems() async throws {
        let towers = try RecallCase.towers()
        try await towers.index(.flatIP, items: Self.items)
        let server = try TestServer(["m=\(towers.export)"])
        try server.server.load()
        let plain = try #require(ResponseFields(try server.predict(user { $0.neighbours(3) }, service: "m").body))
        let told = try server.predict(
            user {
                $0.neighbours(3)
                $0.debugLevel(1)
            }, service: "m")
        let fields = try #require(ResponseFields(told.body), "\(told.text)")
        #expect(fields.itemIDs == plain.itemIDs && fields.outputs.keys.sorted() == plain.outputs.keys.sorted())
        #expect(fields.generated.count == 1)
        #expect(fields.generated.values.first?.contains("user_id:3") == true, "\(fields.generated)")
    }
}
