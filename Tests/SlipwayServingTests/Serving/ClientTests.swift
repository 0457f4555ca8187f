import Foundation
import SlipwayRecall
import SlipwayServing
import SlipwayTestSupport
import Testing

/// The server driven by the clients its users have, unchanged. `scripts/setup_clients.sh` installs them.
struct ClientTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    static func python(_ client: String) -> String { "\(root)/.deps/clients/\(client)/bin/python" }

    static func has(_ client: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(root)/.deps/clients/\(client)/INSTALLED")
    }

    private func json(_ value: Any) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: value), as: UTF8.self)
    }

    /// One request of the example's features that have no default; the others are left out.
    private let columns: [(name: String, dtype: String, values: [Any])] = [
        ("item_id", "INT64", [48, 49]), ("price", "FLOAT", [1.0, 2.0]),
        ("item_vec", "LIST<FLOAT>", [[1.0, 2, 3, 4], [5.0, 6, 7, 8]]),
    ]

    @Test("eas-prediction", .enabled(if: has("eas"), "the client is not installed"))
    func easPrediction() throws {
        let server = try TestServer.example(["--token", "secret"])
        let user: [[Any]] = [
            ["user_id", "INT64", 87], ["age", "FLOAT", 0.5], ["income", "DOUBLE", 0.25],
            ["profile", "LIST<FLOAT>", [1.0, 2, 3, 4]], ["city", "STRING", NSNull()],
            ["interest", "MAP<INT64,FLOAT>", ["31": 0.5]],
        ]
        let request: [String: Any] = [
            "user": user, "item": columns.map { [$0.name, $0.dtype, $0.values] }, "items": ["a", "b"],
            "meta": ["request_id": "r1"],
        ]
        var explained = request
        explained["debug"] = 1
        func ask(token: String, direct: Bool = false) throws -> [[String: Any]] {
            let task = try json([
                "endpoint": "http://127.0.0.1:\(server.port)", "service": "example", "token": token, "direct": direct,
                "requests": [request, explained],
            ])
            let output = try Program.run([Self.python("eas"), Fixture.path("Clients/eas_client.py")], input: task)
            return try #require(JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[String: Any]])
        }
        let answers = try ask(token: "secret")
        #expect(answers.count == 2)
        let outputs = try #require(answers[0]["outputs"] as? [String: [String: Any]])
        let probs = try #require(outputs["probs"]?["values"] as? [Double])
        #expect(outputs["probs"]?["shape"] as? [Int] == [2])
        #expect(outputs["probs"]?["dtype"] as? Int == 1)
        #expect(answers[0]["item_ids"] as? [String] == ["a", "b"])
        var same = RequestBytes()
        same.ids(["a", "b"])
        same.user("user_id", .int(87))
        same.user("age", .float(0.5))
        same.user("income", .double(0.25))
        same.user("profile", .floats([1, 2, 3, 4]))
        same.user("interest", .floatMap([(31, 0.5)]))
        same.item("item_id", [.int(48), .int(49)])
        same.item("price", [.float(1), .float(2)])
        same.item("item_vec", [.floats([1, 2, 3, 4]), .floats([5, 6, 7, 8])])
        let own = try server.predict(same.bytes, headers: ["Authorization": "secret"])
        #expect(own.probs.count == 2)
        #expect(zip(own.probs, probs).allSatisfy { abs(Double($0) - $1) < 1e-6 })
        let texts = try #require(answers[1]["generate_features"] as? [String: String])
        #expect(texts["b"]?.contains("item_id:49") == true)
        #expect(try ask(token: "wrong").allSatisfy { ($0["error"] as? String)?.contains("Code: 401") == true })
    }

    @Test("eas-prediction, recall", .enabled(if: has("eas"), "the client is not installed"))
    func easPredictionRecalls() async throws {
        let towers = try RecallCase.towers()
        try await towers.index(.ivfFlatIP, items: "\(RecallCase.source)/dssm/data/items.parquet")
        let expected = try RecallCase.expected()
        let server = try TestServer(["recall=\(towers.export)", "--faiss-nprobe", "6", "--faiss-neigh-num", "10"])
        try server.server.load()
        let requests = (0..<8).map { row in
            [
                "user": [["user_id", "INT64", expected.users[row]], ["age", "FLOAT", expected.ages[row]]],
                "neighbours": row < 4 ? 5 : 0,
            ] as [String: Any]
        }
        let task = try json(
            ["endpoint": "http://127.0.0.1:\(server.port)", "service": "recall", "requests": requests] as [String: Any])
        let output = try Program.run([Self.python("eas"), Fixture.path("Clients/eas_client.py")], input: task)
        let answers = try #require(JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[String: Any]])
        #expect(answers.count == 8)
        for (row, answer) in answers.enumerated() {
            let count = row < 4 ? 5 : 10
            #expect(answer["item_ids"] as? [String] == expected.ids[row].prefix(count).map(String.init), "\(answer)")
            let outputs = try #require(answer["outputs"] as? [String: [String: Any]])
            #expect(outputs.count == 1 && outputs["match_item_scores"]?["shape"] as? [Int] == [count])
            let scores = try #require(outputs["match_item_scores"]?["values"] as? [Double])
            #expect(zip(scores, expected.scores[row]).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($1)) })
        }
    }

    @Test("eas-prediction, direct", .enabled(if: has("eas"), "the client is not installed"))
    func easPredictionInDirectMode() throws {
        let server = try TestServer.example()
        let task = try json(
            [
                "endpoint": "http://127.0.0.1:\(server.port)", "service": "example", "direct": true,
                "requests": [["items": []]],
            ] as [String: Any])
        let output = try Program.run([Self.python("eas"), Fixture.path("Clients/eas_client.py")], input: task)
        // Found by discovery; an example without its dense features is refused, with the reason.
        #expect(output.contains("Code: 400"), "\(output)")
        #expect(output.contains("has no default value"), "\(output)")
    }

    @Test("tritonclient", .enabled(if: has("triton"), "the client is not installed"))
    func tritonClient() throws {
        let folder = try TemporaryFolder()
        let package = try ExamplePackage.shared.get()
        try FileManager.default.copyItem(atPath: package.plain, toPath: folder.path("m"))
        let server = try TestServer(["m=\(folder.path("m"))", "--repository", folder.path], admin: true)
        try server.server.load()
        let inputs: [[Any]] = [
            ["item_ids", "BYTES", [2], ["a", "b"]], ["user_id", "INT64", [1], [87]], ["age", "FP32", [1], [0.5]],
            ["income", "FP64", [1], [0.25]], ["profile", "FP32", [1, 4], [1, 2, 3, 4]],
            ["item_id", "INT64", [2], [48, 49]],
            ["price", "FP32", [2], [1, 2]], ["item_vec", "FP32", [2, 4], [1, 2, 3, 4, 5, 6, 7, 8]],
        ]
        let output = try Program.run(
            [
                Self.python("triton"), Fixture.path("Clients/triton_client.py"), "127.0.0.1:\(server.port)",
                "127.0.0.1:\(try #require(server.server.adminPort))", "m",
            ], input: try json(["inputs": inputs]))
        let found = try #require(JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        for key in ["live", "ready", "model_ready"] { #expect(found[key] as? Bool == true, "\(key)") }
        for key in ["no_model_ready", "after_unload"] { #expect(found[key] as? Bool == false, "\(key)") }
        #expect(found["server"] as? String == "slipway")
        #expect(found["outputs"] as? [String] == ["logits", "probs"])
        let answers = ["json", "binary", "after_reload"].compactMap { found[$0] as? [String: Any] }
        #expect(answers.allSatisfy { $0["id"] as? String == "t1" })
        let probs = answers.compactMap { $0["probs"] as? [Double] }
        #expect(probs.count == 3 && probs.allSatisfy { $0.count == 2 })
        for other in probs.dropFirst() { #expect(zip(probs[0], other).allSatisfy { abs($0 - $1) < 1e-6 }) }
        #expect((found["refused"] as? String)?.contains("admin port") == true)
    }
}
