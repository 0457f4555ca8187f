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

    @Test func rawRowsAreScoredAsByTheOtherProtocol() async throws {
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
        // Counted after the answer is on its way.
        await until {
            let stats = try? server.connect().ask("GET", "/v2/models/example/stats").text
            return stats?.contains("\"inference_count\":4") == true
        }
    }

    /// Microseconds from the request's arrival; 0 is no timeout.
    @Test(arguments: [(1, 408), (60_000_000, 200), (0, 200)])
    func theRequestsOwnTimeoutIsKept(_ microseconds: Int, _ status: Int) throws {
        let server = try TestServer.example()
        let body = raw.replacing("\"id\": \"q1\"", with: "\"parameters\": {\"timeout\": \(microseconds)}")
        let answer = try server.connect().ask("POST", "/v2/models/example/infer", body: Array(body.utf8))
        #expect(answer.status == status, "\(answer.text)")
        if status == 408 { #expect(answer.text.contains("the request's own timeout has passed")) }
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

    /// A request of the model's own inputs: no ids, zeros for floats, but for the tensors of `changed`.
    private func encoded(
        _ server: TestServer, rows: Int, users: Int, changed: [String: (shape: [Int], data: [Any])] = [:]
    ) throws -> [UInt8] {
        let model = try object(try server.connect().ask("GET", "/v2/models/example"))
        let inputs = try #require(model["inputs"] as? [[String: Any]])
        let names = Set(inputs.compactMap { $0["name"] as? String })
        var tensors: [[String: Any]] = []
        for input in inputs {
            let name = try #require(input["name"] as? String)
            guard (input["parameters"] as? [String: String])?["kind"] == "encoded" else { continue }
            let sizes = try #require(input["shape"] as? [Int])
            let feature = name.split(separator: ".").first.map(String.init) ?? ""
            let isUser = try ExamplePackage.shared.get().userColumns.contains(feature)
            var shape = [isUser ? users : rows] + sizes.dropFirst()
            if name == "batch_size" { shape = [users] }
            if name.hasSuffix(".values") && names.contains("\(feature).lengths") { shape[0] = 0 }
            var data: [Any] = Array(repeating: name == "batch_size" ? rows / users : 0, count: shape.reduce(1, *))
            if let other = changed[name] { (shape, data) = other }
            let type = try #require(input["datatype"] as? String)
            tensors.append(["name": name, "datatype": type, "shape": shape, "data": data])
        }
        return Array(try JSONSerialization.data(withJSONObject: ["inputs": tensors]))
    }

    @Test(arguments: [false, true])
    func theModelsOwnInputsAreScored(isTiled: Bool) throws {
        let server = try TestServer.example(tiled: isTiled)
        let connection = try server.connect()
        for (rows, users) in isTiled ? [(4, 1), (4, 2)] : [(4, 4)] {
            let body = try encoded(server, rows: rows, users: users)
            let answer = try connection.ask("POST", "/v2/models/example/infer", body: body)
            #expect(answer.status == 200, "\(answer.text)")
            let outputs = try #require(try object(answer)["outputs"] as? [[String: Any]])
            #expect(outputs.allSatisfy { $0["shape"] as? [Int] == [rows] })
            // Rows of nothing are all alike.
            for output in outputs { #expect(Set(try #require(output["data"] as? [Double])).count == 1) }
        }
    }

    /// Inputs that do not fit together, and numbers beyond what is meant, are refused; the server goes on.
    @Test func hostileInputsAreRefused() throws {
        let server = try TestServer.example(tiled: true)
        let connection = try server.connect()
        let huge = 1 << 62
        let cases: [(name: String, shape: [Int], data: [Any])] = [
            ("batch_size", [1], [-1]), ("batch_size", [1], [Int(Int32.max)]), ("batch_size", [1], [huge]),
            ("batch_size", [3], [Int(Int32.max), Int(Int32.max), 2]), ("batch_size", [0], []),
            ("batch_size", [1], [1e300]), ("item_id.lengths", [4], [1, 1, 1, 1]),
            ("item_id.lengths", [4], [-1, 1, 0, 0]), ("item_id.lengths", [4], [Int(Int32.max), Int(Int32.max), 0, 0]),
            ("item_id.lengths", [4], [0.5, 0, 0, 0]), ("item_id.lengths", [1], [0]),
            ("item_id.values", [3], [1, 2, 3]),
            ("price.values", [4, 2], Array(repeating: 0, count: 8)), ("price.values", [huge, 0], []),
            ("price.values", [huge, huge], []), ("price.values", [-4], [0]), ("item_id.values", [0, huge], []),
        ]
        for (name, shape, data) in cases {
            let body = try encoded(server, rows: 4, users: 1, changed: [name: (shape, data)])
            let answer = try connection.ask("POST", "/v2/models/example/infer", body: body)
            let isEmpty = name == "item_id.values" && data.isEmpty
            #expect(answer.status == (isEmpty ? 200 : 400), "\(name) \(shape) \(data): \(answer.text)")
        }
        let raw =
            "{\"inputs\": [{\"name\": \"item_vec\", \"datatype\": \"FP32\", \"shape\": [\(huge), 0], \"data\": []}]}"
        #expect(try connection.ask("POST", "/v2/models/example/infer", body: Array(raw.utf8)).status == 400)
        #expect(try connection.ask("GET", "/v2/health/ready").status == 200)
    }
}
