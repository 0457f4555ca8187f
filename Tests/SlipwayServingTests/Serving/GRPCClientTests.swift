import Foundation
import SlipwayServing
import SlipwayTestSupport
import Testing

/// The gRPC port driven by Triton's client and gRPC's own health client, unchanged. `scripts/setup_clients.sh` installs them.
@Suite(.enabled(if: ClientTests.has("triton"), "the client is not installed"))
struct GRPCClientTests {
    private func json(_ value: Any) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: value), as: UTF8.self)
    }

    /// Raw rows of two candidates, as [name, datatype, shape, values].
    private let inputs: [[Any]] = [
        ["item_ids", "BYTES", [2], ["a", "b"]], ["user_id", "INT64", [1], [87]], ["age", "FP32", [1], [0.5]],
        ["income", "FP64", [1], [0.25]], ["profile", "FP32", [1, 4], [1, 2, 3, 4]],
        ["item_id", "INT64", [2], [48, 49]],
        ["price", "FP32", [2], [1, 2]], ["item_vec", "FP32", [2, 4], [1, 2, 3, 4, 5, 6, 7, 8]],
    ]

    /// The same over HTTP.
    private func httpScores(_ server: TestServer, _ fields: [[Any]]) throws -> [Double] {
        let tensors = fields.map { ["name": $0[0], "datatype": $0[1], "shape": $0[2], "data": $0[3]] }
        let body = try json(["inputs": tensors, "outputs": [["name": "probs"]]])
        let answer = try server.connect().ask(
            "POST", "/v2/models/m/infer", headers: ["Authorization": "secret"], body: Array(body.utf8))
        let found = try #require(
            JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any], "\(answer.text)")
        return try #require((found["outputs"] as? [[String: Any]])?.first?["data"] as? [Double])
    }

    /// The model's own inputs: no ids, zeros for floats.
    private func encoded(_ metadata: [String: Any]) throws -> [[Any]] {
        let inputs = try #require(metadata["inputs"] as? [[String: Any]])
        let names = Set(inputs.compactMap { $0["name"] as? String })
        return try inputs.filter { ($0["parameters"] as? [String: String])?["kind"] == "encoded" }.map { input in
            let name = try #require(input["name"] as? String)
            var shape = [4] + (try #require(input["shape"] as? [Int])).dropFirst()
            let feature = name.split(separator: ".").first.map(String.init) ?? ""
            if name.hasSuffix(".values") && names.contains("\(feature).lengths") { shape[0] = 0 }
            return [
                name, try #require(input["datatype"] as? String), shape,
                Array(repeating: 0, count: shape.reduce(1, *)),
            ]
        }
    }

    private func metadata(_ server: TestServer) throws -> [String: Any] {
        let answer = try server.connect().ask("GET", "/v2/models/m", headers: ["Authorization": "secret"])
        return try #require(JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
    }

    private func isNear(_ first: Any?, _ second: [Double]) -> Bool {
        guard let first = first as? [Double], first.count == second.count else { return false }
        return zip(first, second).allSatisfy { abs($0 - $1) <= 1e-6 }
    }

    @Test func tritonClient() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.copyItem(atPath: ExamplePackage.shared.get().plain, toPath: folder.path("m"))
        let arguments = [
            "m=\(folder.path("m"))", "--repository", folder.path, "--token", "secret", "--admin-token", "root",
            "--max-body-bytes", "1000000", "--max-decompressed-bytes", "3000000",
        ]
        let server = try TestServer(arguments, admin: true, grpc: true)
        try server.server.load()
        let metadata = try metadata(server)
        let own = try encoded(metadata)
        let (expected, ownExpected) = (try httpScores(server, inputs), try httpScores(server, own))
        let task: [String: Any] = ["inputs": inputs, "token": "secret", "admin_token": "root", "encoded": own]
        let output = try Program.run(
            [
                ClientTests.python("triton"), Fixture.path("Clients/triton_grpc_client.py"),
                "127.0.0.1:\(try #require(server.server.grpcPort))",
                "127.0.0.1:\(try #require(server.server.grpcAdminPort))", "m",
            ], input: try json(task))
        let found = try #require(JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        func part(_ name: String) throws -> [String: Any] { try #require(found[name] as? [String: Any]) }
        try checkScores(part("scores"), expected, own: ownExpected)
        try checkStream(try #require(found["stream"] as? [Any]), expected)
        try checkProblems(try #require(part("problems") as? [String: [String]]))
        try checkFacts(part("facts"), metadata)
        let life = try part("life")
        #expect(life["first"] as? String == "SERVING")
        #expect(life["check"] as? [String] == ["SERVING", "SERVING", "SERVING"])
        #expect(isNear(life["after_reload"], expected))
        #expect(life["after_unload"] as? Bool == false)
        #expect(life["then"] as? String == "SERVICE_UNKNOWN")
        #expect(life["last"] as? String == "CANCELLED")
    }

    private func checkScores(_ scores: [String: Any], _ expected: [Double], own: [Double]) throws {
        for way in ["raw", "gzip", "deflate"] { #expect(isNear(scores[way], expected), "\(way): \(scores[way] ?? "")") }
        #expect(own.count == 4 && isNear(scores["encoded"], own))
        let typed = try #require(scores["typed"] as? [String: Any])
        #expect(Set(typed.keys) == ["logits", "probs"] && isNear(typed["probs"], expected))
        #expect(scores["is_raw"] as? Int == 1 && scores["typed_is_raw"] as? Int == 0)
        #expect(scores["id"] as? String == "t1")
        #expect(scores["request_id"] as? String == "r7")
        #expect((scores["trace"] as? String)?.hasPrefix("00-\(String(repeating: "ab", count: 16))-") == true)
    }

    private func checkStream(_ answers: [Any], _ expected: [Double]) throws {
        #expect(answers.count == 24)
        for (number, answer) in answers.enumerated() {
            if number == 2 {
                #expect((answer as? String)?.contains("has no default value") == true, "\(answer)")
                continue
            }
            let parts = try #require(answer as? [Any], "\(answer)")
            #expect(parts[0] as? String == "s\(number)" && isNear(parts[1], expected) && parts[2] as? Bool == true)
        }
    }

    private func checkProblems(_ problems: [String: [String]]) throws {
        let expected = [
            "token": ("UNAUTHENTICATED", "the token is missing or wrong"),
            "no_token": ("UNAUTHENTICATED", "the token is missing or wrong"),
            "model": ("NOT_FOUND", "there is no model nobody"), "version": ("NOT_FOUND", "has the version"),
            "shapes": ("INVALID_ARGUMENT", "3 values for 2 items"),
            "output": ("INVALID_ARGUMENT", "no output called nothing"),
            "large": ("RESOURCE_EXHAUSTED", "1000000 are allowed"),
            "large_gzip": ("RESOURCE_EXHAUSTED", "grows past 3000000 bytes"),
            "deadline": ("DEADLINE_EXCEEDED", ""), "own_timeout": ("DEADLINE_EXCEEDED", "own timeout has passed"),
            "method": ("UNIMPLEMENTED", "there is no method"), "unload": ("PERMISSION_DENIED", "on the admin port"),
            "admin_token": ("UNAUTHENTICATED", "the token is missing or wrong"),
            "load_nobody": ("INVALID_ARGUMENT", "it is not in the repository"),
            "health_nobody": ("NOT_FOUND", "there is no service nobody"),
        ]
        #expect(Set(problems.keys) == Set(expected.keys))
        for (name, (code, text)) in expected {
            let found = try #require(problems[name])
            #expect(found[0] == "StatusCode.\(code)" && (text.isEmpty || found[1].contains(text)), "\(name): \(found)")
        }
    }

    /// What HTTP says of itself and the model, gRPC says too.
    private func checkFacts(_ facts: [String: Any], _ metadata: [String: Any]) throws {
        for key in ["live", "ready", "model_ready"] { #expect(facts[key] as? Bool == true, "\(key)") }
        #expect(facts["no_model_ready"] as? Bool == false)
        #expect(facts["server"] as? String == "slipway")
        #expect((facts["extensions"] as? [String])?.contains("statistics") == true)
        func names(_ key: String) -> [String] {
            (metadata[key] as? [[String: Any]])?.compactMap { $0["name"] as? String } ?? []
        }
        let inputs = try #require(facts["inputs"] as? [[Any]])
        #expect(inputs.map { $0[0] as? String ?? "" } == names("inputs"))
        #expect(facts["outputs"] as? [String] == names("outputs"))
        #expect(facts["index"] as? [[String]] == [["m", "READY"]])
        #expect((facts["success"] as? Int ?? 0) >= 28 && (facts["inferences"] as? Int ?? 0) >= 58)
    }

    @Test func tls() throws {
        let folder = try TemporaryFolder()
        for name in ["server", "client"] {
            try Program.run([
                "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                "-addext",
                "subjectAltName=DNS:localhost", "-keyout", folder.path("\(name).key"), "-out",
                folder.path("\(name).pem"),
            ])
        }
        func ask(_ server: TestServer, _ more: [String] = []) throws -> String {
            let client = [ClientTests.python("triton"), try Fixture.path("Clients/grpc_tls_client.py")]
            let address = "localhost:\(try #require(server.server.grpcPort))"
            return try Program.run(client + [address, folder.path("server.pem")] + more)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let tls = ["--tls-certificate", folder.path("server.pem"), "--tls-key", folder.path("server.key")]
        let mutual = try TestServer.example(tls + ["--tls-client-ca", folder.path("client.pem")], grpc: true)
        #expect(try ask(mutual, [folder.path("client.key"), folder.path("client.pem")]) == "live")
        #expect(try ask(mutual) == "StatusCode.UNAVAILABLE")
        let open = try TestServer.example(tls, grpc: true)
        #expect(try ask(open) == "live")
    }
}
