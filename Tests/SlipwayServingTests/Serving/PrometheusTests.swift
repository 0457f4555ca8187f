import Foundation
import SlipwayTestSupport
import Testing

/// `/metrics` read by Prometheus itself.
struct PrometheusTests {
    private static func has(_ program: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: "/usr/bin/\(program)")
    }

    @Test("promtool finds nothing wrong", .enabled(if: has("promtool"), "Prometheus is not installed"))
    func formatIsChecked() throws {
        let server = try TestServer.example()
        let example = try ExamplePackage.shared.get()
        for row in 0..<5 { #expect(try server.predict(example.request(row..<row + 3)).status == 200) }
        #expect(try server.predict([0x12]).status == 400)
        let text = try server.connect().ask("GET", "/metrics").text
        try Program.run(["promtool", "check", "metrics"], input: text)
    }

    @Test("a scrape", .enabled(if: has("prometheus"), "Prometheus is not installed"))
    func prometheusScrapes() async throws {
        let server = try TestServer.example(["--token", "secret"])
        let example = try ExamplePackage.shared.get()
        for row in 0..<7 {
            let answer = try server.predict(example.request(row..<row + 1), headers: ["Authorization": "secret"])
            #expect(answer.status == 200)
        }
        let folder = try TemporaryFolder()
        let config = """
            global: {scrape_interval: 1s}
            scrape_configs:
              - job_name: slipway
                authorization: {type: Bearer, credentials: secret}
                static_configs: [{targets: ["127.0.0.1:\(server.port)"]}]
            """
        try config.write(toFile: folder.path("prometheus.yml"), atomically: true, encoding: .utf8)
        let port = try LoopbackSocket.freePort()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/prometheus")
        process.arguments = [
            "--config.file=\(folder.path("prometheus.yml"))", "--storage.tsdb.path=\(folder.path("data"))",
            "--web.listen-address=127.0.0.1:\(port)",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        func value(_ query: String) -> Double? {
            guard let answer = try? RawHTTP(port: port).ask("GET", "/api/v1/query?query=\(query)"),
                let object = try? JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any],
                let results = (object["data"] as? [String: Any])?["result"] as? [[String: Any]]
            else { return nil }
            return ((results.first?["value"] as? [Any])?.last as? String).flatMap { Double($0) }
        }
        await until { value("up") == 1 && value("slipway_requests_total%7Bcode%3D%22200%22%7D") == 7 }
        await until { value("slipway_request_seconds_count") == 7 }
        #expect(value("slipway_model_ready%7Bmodel%3D%22example%22%7D") == 1)
    }
}
