import Foundation
import SlipwayServing
import SlipwayTestSupport
import Testing

/// The Processor's protocol over a socket, against TorchEasyRec's predictions of the bundled example.
struct PredictRouteTests {
    @Test func scoresAreTorchEasyRecs() throws {
        let server = try TestServer.example()
        let example = try ExamplePackage.shared.get()
        let connection = try server.connect()
        for range in [0..<64, 64..<65, 65..<200] {
            let answer = try connection.ask("POST", "/api/predict/example", body: example.request(range))
            #expect(answer.status == 200)
            let response = try #require(ResponseFields(answer.body))
            let probs = try #require(response.outputs["probs"])
            #expect(probs.dtype == 1)
            #expect(probs.shape == [range.count])
            #expect((zip(probs.floats, example.expected[range]).map { abs(Double($0) - $1) }.max() ?? 1) <= 1e-5)
            #expect(response.itemIDs == range.map { "row\($0)" })
            #expect(Set(response.outputs.keys) == ["logits", "probs"])
            #expect(response.passThrough["model_version"] == answer.headers["x-model-version"])
            #expect(answer.headers["server-timing"]?.hasPrefix("queue;dur=") == true)
        }
    }

    @Test func statusesAreThoseOfTheProtocol() throws {
        let server = try TestServer.example(["--token", "secret,other"])
        let example = try ExamplePackage.shared.get()
        let body = example.request(0..<2)
        let token = ["Authorization": "secret"]
        func status(_ method: String, _ path: String, _ headers: [String: String], _ body: [UInt8] = []) throws -> Int {
            let answer = try server.connect().ask(method, path, headers: headers, body: body)
            if answer.status != 200 {
                // No client takes it for a response: a JSON object without a bar.
                #expect(answer.headers["content-type"] == "application/json")
                let json = try #require(JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
                #expect(json["code"] as? Int == answer.status)
                #expect(ResponseFields(answer.body) == nil)
                #expect(!answer.text.contains("|"))
            }
            return answer.status
        }
        #expect(try status("POST", "/api/predict/example", token, body) == 200)
        #expect(try status("POST", "/api/predict/example", ["Authorization": "Bearer other"], body) == 200)
        #expect(try status("POST", "/api/predict/example", [:], body) == 401)
        #expect(try status("POST", "/api/predict/example", ["Authorization": "EAS AAAA"], body) == 401)
        #expect(try status("POST", "/api/predict/nobody", token, body) == 404)
        #expect(try status("POST", "/api/predict/example/deeper", token, body) == 404)
        #expect(try status("GET", "/api/predict/example", token) == 405)
        #expect(try status("GET", "/elsewhere", token) == 404)
        #expect(try status("POST", "/api/predict/example", token, [0x12]) == 400)
        #expect(try status("POST", "/api/predict/example", token, Array("model | x".utf8)) == 400)
        #expect(
            try status("POST", "/api/predict/example", token.merging(["Content-Encoding": "br"]) { $1 }, body) == 400)
        #expect(try status("GET", "/metrics", [:]) == 401)
        #expect(try status("GET", "/v2/health/ready", [:]) == 200)
        #expect(try status("POST", "/v2/repository/models/example/unload", token) == 403)
    }

    /// Named by the header, told by the first bytes, or as the service is configured.
    @Test(
        arguments: [
            ("gzip", "gzip", true), ("zlib", "deflate", true), ("zstd", "zstd", true), ("snappy", "snappy", false),
            ("lz4", "lz4", false), ("lz4frame", "lz4frame", true),
        ])
    func bodiesMayBeCompressed(_ format: String, _ header: String, _ isMarked: Bool) throws {
        let server = try TestServer.example(["--max-decompressed-bytes", "100000"])
        let plain = try ExamplePackage.shared.get().request(0..<4)
        let expected = try server.predict(plain).probs
        #expect(expected.count == 4)
        let body = try CompressedBody.make(plain, format)
        #expect(body.count < plain.count)
        #expect(try server.predict(body, headers: ["Content-Encoding": header]).probs == expected)
        let bare = try server.predict(body)
        #expect(isMarked ? bare.probs == expected : bare.status == 400)
        let other = try server.predict(plain, headers: ["Content-Encoding": header])
        #expect(other.status == 400)
        #expect(other.text.contains("the body is no "), "\(other.text)")
        let bomb = try server.predict(
            try CompressedBody.make([UInt8](repeating: 0, count: 1 << 20), format),
            headers: ["Content-Encoding": header])
        #expect(bomb.status == 400)
        #expect(bomb.text.contains("grows past 100000 bytes"), "\(bomb.text)")
        let configured = try TestServer.example(["--decompressor", format])
        #expect(try configured.predict(body).probs == expected)
    }

    @Test func debugLevelsAnswerAsCallersNeed() async throws {
        let folder = try TemporaryFolder()
        let server = try TestServer.example(["--request-save-path", folder.path])
        let example = try ExamplePackage.shared.get()
        let plain = try server.predict(example.request(0..<3)).probs
        for level in [0, 1, 2, 3, 4, 100, 101, 102, 903, 7] {
            let answer = try server.predict(
                example.request(0..<3, debugLevel: level), headers: ["X-Request-Id": "id-\(level)"])
            let response = try #require(ResponseFields(answer.body))
            // Scores are there and aligned at every level.
            #expect(answer.probs == plain, "level \(level)")
            #expect(response.generated.count == ([1, 2, 3, 102].contains(level) ? 3 : 0), "level \(level)")
            #expect(response.raw.count == ([1, 2].contains(level) ? 3 : 0), "level \(level)")
            #expect((response.passThrough["timing_us"] != nil) == (level == 903))
            #expect(answer.headers["x-request-id"] == "id-\(level)")
        }
        let saved = folder.path("id-100.pb")
        await until { FileManager.default.fileExists(atPath: saved) }
        #expect(Array(try Data(contentsOf: URL(fileURLWithPath: saved))) == example.request(0..<3, debugLevel: 100))
    }

    /// EAS's gateway hands a request for the service to its container without the service's path.
    @Test func theOnlyServiceHasNoPath() throws {
        let server = try TestServer.example(["--token", "secret"])
        let example = try ExamplePackage.shared.get()
        let body = example.request(0..<3)
        let token = ["Authorization": "secret"]
        let named = try server.predict(body, headers: token)
        let bare = try server.connect().ask("POST", "/", headers: token, body: body)
        #expect(bare.status == 200 && bare.probs.count == 3 && bare.probs == named.probs, "\(bare.text)")
        #expect(try server.connect().ask("POST", "/?x=1", headers: token, body: body).probs == named.probs)
        #expect(try server.connect().ask("POST", "/", body: body).status == 401)
        #expect(try server.connect().ask("GET", "/", headers: token).status == 404)
        let several = try TestServer(["a=\(example.plain)", "b=\(example.plain)"])
        try several.server.load()
        #expect(try several.connect().ask("POST", "/", body: body).status == 404)
    }

    @Test func discoveryNamesThisServer() throws {
        let server = try TestServer.example()
        for path in [
            "/api/v1/servicediscovery/upstreams/example",
            "/exported/apis/eas.alibaba-inc.k8s.io/v1/upstreams/example?internal=true",
        ] {
            let answer = try server.connect().ask("GET", path)
            #expect(
                answer.text
                    == "{\"endpoints\":{\"items\":[{\"ip\":\"127.0.0.1\",\"port\":\(server.port),\"weight\":100}]}}")
        }
    }
}
