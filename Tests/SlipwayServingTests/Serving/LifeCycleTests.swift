import Foundation
import SlipwayServing
import SlipwayTestSupport
import Testing

/// Loading, reloading, recording, draining.
struct LifeCycleTests {
    private func ready(_ server: TestServer) throws -> Int {
        try server.connect().ask("GET", "/v2/health/ready").status
    }

    @Test func readinessTellsTheTruth() throws {
        let package = try ExamplePackage.shared.get()
        let server = try TestServer(["example=\(package.plain)"])
        #expect(try server.connect().ask("GET", "/v2/health/live").status == 200)
        #expect(try ready(server) == 503)
        #expect(try server.predict(package.request(0..<1)).status == 404)
        try server.server.load()
        #expect(try ready(server) == 200)
        #expect(try server.connect().ask("GET", "/v2/models/example/ready").status == 200)
        #expect(try server.predict(package.request(0..<1)).status == 200)
    }

    @Test func aPackageThatCannotBeServedIsAnError() throws {
        let folder = try TemporaryFolder()
        let server = try TestServer(["x=\(folder.path("nothing"))"])
        #expect(throws: (any Error).self) { try server.server.load() }
        #expect(try ready(server) == 503)
    }

    /// Requests all along while the package is replaced by another one, then by a damaged one.
    @Test func aReloadFailsNoRequest() async throws {
        let folder = try TemporaryFolder()
        let example = try ExamplePackage.shared.get()
        try FileManager.default.copyItem(atPath: example.tiled, toPath: folder.path("damaged"))
        let tables = folder.path("damaged/tables.safetensors")
        var bytes = try Data(contentsOf: URL(fileURLWithPath: tables))
        bytes[bytes.count - 3] ^= 0xff
        try bytes.write(to: URL(fileURLWithPath: tables))
        let link = try PackageLink(example.plain)
        let server = try TestServer(["m=\(link.path)", "--reload-seconds", "1"], admin: true)
        try server.server.load()
        let body = example.request(0..<4)
        var versions: Set<String> = []
        func ask() throws {
            let answer = try server.predict(body, service: "m")
            #expect(answer.status == 200)
            #expect((zip(answer.probs, example.expected).map { abs(Double($0) - $1) }.max() ?? 1) <= 1e-5)
            if let version = answer.headers["x-model-version"] { versions.insert(version) }
        }
        try ask()
        try link.lead(to: example.tiled)
        await until {
            try? ask()
            return versions.count == 2
        }
        let good = try server.predict(body, service: "m").headers["x-model-version"]
        try link.lead(to: folder.path("damaged"))
        await until {
            try? ask()
            return ((try? server.metrics("slipway_model_loads_total{model=\"m\",result=\"failed\"}")) ?? 0) >= 1
        }
        // The old one goes on, and says why.
        #expect(try server.predict(body, service: "m").headers["x-model-version"] == good)
        let status = try RawHTTP(port: try #require(server.server.adminPort)).ask("GET", "/admin/status").text
        #expect(status.contains("SHA-256"))
    }

    @Test func modelsAreLoadedAndUnloadedOnTheAdminPort() throws {
        let folder = try TemporaryFolder()
        let example = try ExamplePackage.shared.get()
        try FileManager.default.copyItem(atPath: example.plain, toPath: folder.path("one"))
        let server = try TestServer(["--repository", folder.path, "--admin-token", "root"], admin: true)
        try server.server.load()
        let port = try #require(server.server.adminPort)
        func admin(_ path: String, token: String = "root") throws -> RawHTTP.Answer {
            try RawHTTP(port: port).ask("POST", path, headers: ["Authorization": token])
        }
        // There is nothing to wait for.
        #expect(try ready(server) == 200)
        #expect(try admin("/v2/repository/models/one/load", token: "wrong").status == 401)
        #expect(try admin("/v2/repository/index").text.contains("\"reason\":\"unloaded\""))
        #expect(
            try server.connect().ask("POST", "/v2/repository/index", body: Array("{\"ready\": true}".utf8)).text == "[]"
        )
        #expect(try server.predict(example.request(0..<1), service: "one").status == 404)
        #expect(try admin("/v2/repository/models/..%2Fone/load").status == 400)
        #expect(try admin("/v2/repository/models/one/load").status == 200)
        #expect(try server.predict(example.request(0..<1), service: "one").status == 200)
        #expect(try admin("/v2/repository/index").text.contains("\"state\":\"READY\""))
        #expect(try admin("/v2/repository/models/one/unload").status == 200)
        #expect(try admin("/v2/repository/models/one/unload").status == 400)
        #expect(try server.predict(example.request(0..<1), service: "one").status == 404)
    }

    @Test func requestsAreLoggedAndReplayed() async throws {
        let folder = try TemporaryFolder()
        let example = try ExamplePackage.shared.get()
        let arguments = [
            "--request-log-path", folder.path("log"), "--warmup-data-path", folder.path("warm"),
            "--warmup-pb-files-count", "2",
            "--warmup-cnt-per-file", "3",
        ]
        do {
            let server = try TestServer.example(arguments)
            for row in 0..<5 { #expect(try server.predict(example.request(row..<row + 1)).status == 200) }
            await until { ((try? server.metrics("slipway_request_log_written_total")) ?? 0) >= 7 }
        }
        let logs = try FileManager.default.contentsOfDirectory(atPath: folder.path("log"))
        #expect(logs.count == 1)
        let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: folder.path("log/\(logs[0])"))))
        // Five records: a length, then PBLogData with the request in field 1 and ten bytes of time. Two workers may
        // write them in either order.
        let records = (0..<5).map { row -> [UInt8] in
            let message = field(1, example.request(row..<row + 1))
            return varint(UInt64(message.count + 10)) + message
        }
        #expect(bytes.count == records.joined().count + 50)
        for record in records { #expect(bytes.firstRange(of: record) != nil) }
        let again = try TestServer.example(arguments)
        // Two requests: three times on the first worker's session, once on the second's.
        #expect(try again.metrics("slipway_warmup_requests_total{model=\"example\",result=\"ok\"}") == 8)
        // Later requests take the place of the earlier ones: first beside them, then for them.
        let recorded = folder.path("warm/recorded.pblog")
        let first = try Data(contentsOf: URL(fileURLWithPath: recorded))
        #expect(try again.predict(example.request(9..<10)).status == 200)
        await until { FileManager.default.fileExists(atPath: folder.path("warm/recording.pblog")) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: recorded)) == first)
        #expect(try again.predict(example.request(10..<11)).status == 200)
        await until { (try? Data(contentsOf: URL(fileURLWithPath: recorded))) != first }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("warm")) == ["recorded.pblog"])
    }

    @Test func aLogThatCannotBeWrittenStopsNothing() async throws {
        let server = try TestServer.example(["--request-log-path", "/dev/full/log"])
        let example = try ExamplePackage.shared.get()
        #expect(try server.predict(example.request(0..<1)).status == 200)
        await until { ((try? server.metrics("slipway_request_log_failed_total")) ?? 0) >= 1 }
        #expect(try server.predict(example.request(0..<1)).status == 200)
    }

    /// On a disk that is full what was written stays whole, the rest is counted, and requests go on.
    @Test(.enabled(if: SmallDisk.isAvailable, "only the superuser can mount a small disk"))
    func aFullDiskStopsNothing() async throws {
        let disk = try SmallDisk(bytes: 64 << 10)
        let server = try TestServer.example(["--request-log-path", disk.path])
        let body = try ExamplePackage.shared.get().request(0..<40)
        await until {
            let isServed = (try? server.predict(body).status) == 200
            #expect(isServed)
            return ((try? server.metrics("slipway_request_log_failed_total")) ?? 0) >= 1
        }
        #expect(try server.predict(body).status == 200)
        let written = Int(try server.metrics("slipway_request_log_written_total"))
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: disk.path).first)
        let log = Array(try Data(contentsOf: URL(fileURLWithPath: "\(disk.path)/\(name)")))
        // The request, and ten bytes of time.
        let count = field(1, body).count + 10
        #expect(written > 0)
        #expect(log.count == written * (varint(UInt64(count)).count + count))
    }

    /// A new generation of item features replaces the old one whole; a damaged one leaves it.
    @Test func itemFeaturesAreReloaded() async throws {
        let folder = try TemporaryFolder()
        let example = try ExamplePackage.shared.get()
        func replace(_ body: (String) throws -> Void) throws {
            try body(folder.path("next.parquet"))
            try #require(rename(folder.path("next.parquet"), folder.path("items.parquet")) == 0)
        }
        try replace { try example.writeItems(0..<20, to: $0) }
        let server = try TestServer.example(
            ["--items", folder.path("items.parquet"), "--item-key", "id", "--item-reload-seconds", "1"], tiled: true)
        let body = example.request(user: 3, candidates: [5, 30], withItems: false)
        let known = try server.predict(example.request(user: 3, candidates: [5, 30])).probs
        let before = try server.predict(body).probs
        #expect(abs(before[0] - known[0]) <= 2e-6)
        #expect(before[1] == 0)
        try replace { try example.writeItems(0..<40, to: $0) }
        await until {
            let probs = (try? server.predict(body).probs) ?? []
            #expect(probs.count == 2 && abs(probs[0] - known[0]) <= 2e-6)
            return probs.count == 2 && abs(probs[1] - known[1]) <= 2e-6
        }
        try replace { try Data([1, 2, 3]).write(to: URL(fileURLWithPath: $0)) }
        await until {
            ((try? server.metrics("slipway_item_loads_total{model=\"example\",result=\"failed\"}")) ?? 0) >= 1
        }
        #expect(try server.predict(body).probs.count == 2)
        #expect(try server.metrics("slipway_item_cache_items{") == 40)
        #expect(try server.metrics("slipway_item_cache_misses_total{") >= 1)
    }

    /// A connection that waits is closed; the port is closed to new ones.
    @Test func stoppingDrains() throws {
        let server = try TestServer.example()
        let example = try ExamplePackage.shared.get()
        let idle = try server.connect()
        #expect(try idle.ask("POST", "/api/predict/example", body: example.request(0..<1)).status == 200)
        let port = server.port
        server.server.stop()
        #expect(idle.receive() == nil)
        #expect(throws: (any Error).self) { try RawHTTP(port: port) }
    }
}
