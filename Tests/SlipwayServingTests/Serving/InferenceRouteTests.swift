import Foundation
import Testing

/// The Open Inference Protocol: raw rows and the model's own inputs.
struct InferenceRouteTests {
    private func object(_ answer: RawHTTP.Answer) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
    }

    @Test func metadataAndHealth() throws {
        let server = try TestServer.example()
        let connection = try server.connect()
        let all = try object(try connection.ask("GET", "/v2"))
        #expect(all["extensions"] as? [String] == ["binary_tensor_data", "model_repository", "statistics"])
        let model = try object(try connection.ask("GET", "/v2/models/example"))
        let inputs = try #require(model["inputs"] as? [[String: Any]])
        let names = inputs.compactMap { $0["name"] as? String }
        #expect(names.contains("item_id") && names.contains("item_id.values") && names.contains("item_ids"))
        let outputs = try #require(model["outputs"] as? [[String: Any]])
        #expect(outputs.compactMap { $0["name"] as? String } == ["logits", "probs"])
        #expect(outputs.allSatisfy { $0["datatype"] as? String == "FP32" })
        let version = try #require((model["versions"] as? [String])?.first)
        #expect(try connection.ask("GET", "/v2/models/example/versions/\(version)/ready").status == 200)
        #expect(try connection.ask("GET", "/v2/models/example/versions/0/ready").status == 404)
        #expect(try connection.ask("GET", "/v2/models/nobody").status == 404)
        #expect(try connection.ask("DELETE", "/v2").status == 405)
        #expect(try connection.ask("POST", "/v2/repository/index").text.contains("\"state\":\"READY\""))
    }

    /// A request of two candidates that leaves everything empty but what has no default.
    private let raw = """
        {"id": "q1", "inputs": [
          {"name": "item_ids", "datatype": "BYTES", "shape": [2], "data": ["a", "b"]},
          {"name": "user_id", "datatype": "INT64", "shape": [1], "data": [87]},
          {"name": "item_id", "datatype": "INT64", "shape": [2], "data": [48, 49]},
          {"name": "age", "datatype": "FP32", "shape": [1], "data": [0.5]},
          {"name": "income", "datatype": "FP64", "shape": [1], "data": [0.25]},
          {"name": "profile", "datatype": "FP32", "shape": [1, 4], "data": [1, 2, 3, 4]},
          {"name": "price", "datatype": "FP32", "shape": [2, 1], "data": [[1], [2]]},
          {"name": "item_vec", "datatype": "FP32", "shape": [2, 4], "data": [1, 2, 3, 4, 5, 6, 7, 8]}],
         "outputs": [{"name": "probs"}]}
        """

    @Test func rawRowsAreScoredAsByTheOtherProtocol() throws {
        let server = try TestServer.example()
        let answer = try server.connect().ask("POST", "/v2/models/example/infer", body: Array(raw.utf8))
        #expect(answer.status == 200, "\(answer.text)")
        let found = try object(answer)
        #expect(found["id"] as? String == "q1")
        let outputs = try #require(found["outputs"] as? [[String: Any]])
        #expect(outputs.count == 1)
        let probs = try #require(outputs[0]["data"] as? [Double])
        var request = RequestBytes()
        request.ids(["a", "b"])
        request.user("user_id", .int(87))
        request.context("item_id", [.int(48), .int(49)])
        request.user("age", .float(0.5))
        request.user("income", .double(0.25))
        request.user("profile", .floats([1, 2, 3, 4]))
        request.context("price", [.float(1), .float(2)])
        request.context("item_vec", [.floats([1, 2, 3, 4]), .floats([5, 6, 7, 8])])
        let other = try server.predict(request.bytes)
        #expect(other.status == 200, "\(other.text)")
        #expect(other.probs.count == 2)
        #expect(zip(probs, other.probs).allSatisfy { abs($0 - Double($1)) < 1e-6 })
        let stats = try server.connect().ask("GET", "/v2/models/example/stats").text
        #expect(stats.contains("\"inference_count\":4"))
    }

    @Test(
        "wrong requests say what",
        arguments: [
            ("{", "no JSON"), ("{\"inputs\": []}", "has no default value"),
            (
                "{\"inputs\": [{\"name\": \"x\", \"datatype\": \"INT64\", \"shape\": [1], \"data\": [1]}]}",
                "no input called x"
            ),
            (
                "{\"inputs\": [{\"name\": \"item_id.values\", \"datatype\": \"INT64\", \"shape\": [1], \"data\": [1]}]}",
                "is missing"
            ),
        ])
    func problems(_ body: String, _ text: String) throws {
        let server = try TestServer.example()
        let answer = try server.connect().ask("POST", "/v2/models/example/infer", body: Array(body.utf8))
        #expect(answer.status == 400)
        #expect(answer.text.contains(text), "\(answer.text)")
        #expect(try object(answer)["error"] != nil)
    }
}
