import Foundation
import SlipwayServing
import SlipwayTestSupport
import Testing

/// Packages that must not replace the one that answers, though they are whole.
struct RefusedPackageTests {
    /// Leads the link to another package and waits for the verdict, asking all the while. Gives what the server says of it.
    private func refusal(_ arguments: [String]) async throws -> String {
        let example = try ExamplePackage.shared.get()
        let link = try PackageLink(example.plain)
        let server = try TestServer(["m=\(link.path)", "--reload-seconds", "1"] + arguments, admin: true)
        try server.server.load()
        let body = example.request(0..<2)
        let first = try server.predict(body, service: "m")
        #expect(first.status == 200)
        try link.lead(to: example.tiled)
        await until {
            let answer = try? server.predict(body, service: "m")
            #expect(answer?.probs == first.probs)
            return ((try? server.metrics("slipway_model_loads_total{model=\"m\",result=\"failed\"}")) ?? 0) >= 1
        }
        let after = try server.predict(body, service: "m")
        #expect(after.headers["x-model-version"] == first.headers["x-model-version"])
        #expect(try server.connect().ask("GET", "/v2/health/ready").status == 200)
        return try RawHTTP(port: try #require(server.server.adminPort)).ask("GET", "/admin/status").text
    }

    /// The first package is loaded with a warning; a second one does not fit beside it.
    @Test func oneThatDoesNotFitIntoMemory() async throws {
        let status = try await refusal(["--memory-limit-mb", "1"])
        #expect(status.contains("of 1 MB are in use"), "\(status)")
        #expect(status.contains("raise the memory limit"))
    }

    @Test func oneThatAnswersNoRecordedRequest() async throws {
        let folder = try TemporaryFolder()
        var request = RequestBytes()
        request.ids(["a"])
        try Data(request.bytes).write(to: URL(fileURLWithPath: folder.path("a.pb")))
        let arguments = ["--warmup-data-path", folder.path, "--warmup-pb-files-count", "0"]
        let status = try await refusal(arguments + ["--warmup-cnt-per-file", "2"])
        // Twice on the first worker's session, once on the second's.
        #expect(status.contains("none of 3 recorded requests can be answered"), "\(status)")
        #expect(status.contains("has no default value"))
    }

    /// One request that is answered is enough.
    @Test func notOneThatAnswersSome() async throws {
        let example = try ExamplePackage.shared.get()
        let folder = try TemporaryFolder()
        try Data([8]).write(to: URL(fileURLWithPath: folder.path("unreadable.pb")))
        var bad = RequestBytes()
        bad.ids(["a"])
        try Data(bad.bytes).write(to: URL(fileURLWithPath: folder.path("a.pb")))
        try Data(example.request(0..<1)).write(to: URL(fileURLWithPath: folder.path("b.pb")))
        let link = try PackageLink(example.plain)
        let server = try TestServer([
            "m=\(link.path)", "--reload-seconds", "1", "--warmup-data-path", folder.path, "--warmup-pb-files-count",
            "0",
        ])
        try server.server.load()
        let first = try server.predict(example.request(0..<1), service: "m").headers["x-model-version"]
        try link.lead(to: example.tiled)
        await until {
            let answer = try? server.predict(example.request(0..<1), service: "m")
            return answer?.status == 200 && answer?.headers["x-model-version"] != first
        }
        #expect(try server.metrics("slipway_warmup_requests_total{model=\"m\",result=\"unread\"}") == 2)
        // The two have the same weights: compared over the one request that both answer.
        let metrics = try server.connect().ask("GET", "/metrics").text
        #expect(metrics.contains("slipway_model_score_change{model=\"m\",of=\"largest\"}"))
        #expect(try server.metrics("slipway_model_score_change{model=\"m\",of=\"largest\"}") <= 1e-5)
        #expect(try server.metrics("slipway_model_info{model=\"m\",version=\"\(try #require(first))\"}") == 0)
        #expect(metrics.components(separatedBy: "slipway_model_info{").count == 3)
    }

    /// Files that are cut and overwritten where they lie, while their package is served.
    @Test func filesCutInPlaceDoNotMatterToTheServedOne() async throws {
        let example = try ExamplePackage.shared.get()
        let folder = try TemporaryFolder()
        try FileManager.default.copyItem(atPath: example.plain, toPath: folder.path("m"))
        let server = try TestServer(["m=\(folder.path("m"))", "--reload-seconds", "1"])
        try server.server.load()
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path("m")) {
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(folder.path("m"))/\(name)"))
            try file.truncate(atOffset: 10)
            try file.close()
        }
        await until { ((try? server.metrics("slipway_model_loads_total{model=\"m\",result=\"failed\"}")) ?? 0) >= 1 }
        let answer = try server.predict(example.request(0..<200), service: "m")
        #expect((zip(answer.probs, example.expected).map { abs(Double($0) - $1) }.max() ?? 1) <= 1e-5)
    }
}
