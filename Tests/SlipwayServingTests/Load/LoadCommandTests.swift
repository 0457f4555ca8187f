import Foundation
import SlipwayProtocol
import SlipwayTestSupport
import Testing

/// `slipway load` against a server, and its report in a browser.
@Suite(.serialized)
struct LoadCommandTests {
    private static let slipway = Bundle.module.bundleURL.deletingLastPathComponent().appendingPathComponent("slipway")
        .path

    private func facts(_ path: String) throws -> [String: Any] {
        let json = try Data(contentsOf: URL(fileURLWithPath: path))
        return try #require(JSONSerialization.jsonObject(with: json) as? [String: Any])
    }

    @Test func stepsAreMeasuredAndReported() throws {
        let folder = try TemporaryFolder()
        let server = try TestServer.example(["--token", "secret"])
        try folder.write("secret\n", to: "token")
        let output = try Program.run([
            Self.slipway, "load", "http://127.0.0.1:\(server.port)", "--service", "example", "--token-file",
            folder.path("token"), "--package", ExamplePackage.shared.get().plain, "--candidates", "3", "--bodies", "20",
            "--steps", "10,20", "--seconds", "2", "--warm-up", "0.5", "--arrivals", "even", "--timeout-ms", "60000",
            "--report",
            folder.path("report.html"), "--json", folder.path("report.json"),
        ])
        #expect(output.contains("requests/s"))
        let facts = try facts(folder.path("report.json"))
        let steps = try #require(facts["steps"] as? [[String: Any]])
        let sent = steps.compactMap { ($0["measure"] as? [String: Any])?["sent"] as? Int }
        #expect(sent == [20, 40])
        let total = try #require(facts["total"] as? [String: Any])
        #expect(total["scored"] as? Int == 60)
        #expect(total["failures"] as? [String: Int] == [:])
        guard Browser.isAvailable else { return }
        try expectWhole(folder.path("report.html"), ["latency", "time", "answers", "setup"], plots: 3, folder)
    }

    /// Ctrl-C in the first of two steps: its requests are reported, the second step is not.
    @Test func aStoppedRunIsReported() async throws {
        let folder = try TemporaryFolder()
        let server = try TestServer.example()
        let run = Process()
        run.executableURL = URL(fileURLWithPath: Self.slipway)
        run.arguments = [
            "load", "http://127.0.0.1:\(server.port)", "--service", "example", "--package",
            try ExamplePackage.shared.get().plain, "--candidates", "3", "--bodies", "20", "--steps", "20,40",
            "--seconds",
            "1000", "--warm-up", "0", "--arrivals", "even", "--timeout-ms", "60000", "--json",
            folder.path("report.json"),
        ]
        run.standardOutput = FileHandle.nullDevice
        run.standardError = FileHandle.nullDevice
        try run.run()
        defer { if run.isRunning { run.terminate() } }
        await until {
            !run.isRunning
                || ((try? server.metrics("slipway_requests_total{model=\"example\",code=\"200\"}")) ?? 0) >= 5
        }
        #expect(kill(run.processIdentifier, SIGINT) == 0)
        run.waitUntilExit()
        #expect(run.terminationReason == .exit && run.terminationStatus == 130)
        let facts = try facts(folder.path("report.json"))
        #expect(facts["was_stopped"] as? Bool == true)
        let steps = try #require(facts["steps"] as? [[String: Any]])
        #expect(steps.count == 1)
        let seconds = try #require(steps[0]["seconds"] as? Double)
        #expect(seconds > 0.2 && seconds < 1000)
        let measure = try #require(steps[0]["measure"] as? [String: Any])
        let sent = try #require(measure["sent"] as? Int)
        #expect(sent >= 5 && measure["scored"] as? Int == sent)
    }

    @Test func recordedRequestsComeAtTheirTimes() throws {
        let folder = try TemporaryFolder()
        let server = try TestServer.example()
        let example = try ExamplePackage.shared.get()
        let records = (0..<10).map {
            LogRecord(request: example.request($0..<$0 + 1), arrivalUs: 1_700_000_000_000_000 + UInt64($0) * 100_000)
        }
        try folder.write(Array(records.map { $0.delimited() }.joined()), to: "a.pblog")
        try Program.run([
            Self.slipway, "load", "http://127.0.0.1:\(server.port)/api/predict/example", "--requests",
            folder.path("a.pblog"), "--recorded", "--speed", "3", "--timeout-ms", "60000", "--json",
            folder.path("report.json"),
        ])
        let steps = try #require(try facts(folder.path("report.json"))["steps"] as? [[String: Any]])
        // Ten requests, 0.9 s three times as fast.
        #expect(abs((steps[0]["seconds"] as? Double ?? 0) - 0.3) < 1e-6)
        #expect((steps[0]["measure"] as? [String: Any])?["scored"] as? Int == 10)
    }

    @Test func theSearchIsReported() throws {
        let folder = try TemporaryFolder()
        let server = try TestServer.example()
        let output = try Program.run([
            Self.slipway, "load", "http://127.0.0.1:\(server.port)/api/predict/example", "--package",
            ExamplePackage.shared.get().plain, "--candidates", "2", "--bodies", "5", "--find-rate", "--p99-ms", "30000",
            "--rate", "5", "--max-rate", "8", "--seconds", "1", "--warm-up", "0", "--timeout-ms", "60000", "--report",
            folder.path("report.html"), "--json", folder.path("report.json"),
        ])
        #expect(output.contains("highest rate with p99 ≤ 30000 ms: 8 requests/s, the highest tried"), "\(output)")
        let search = try #require(try facts(folder.path("report.json"))["search"] as? [String: Any])
        #expect(search["rate"] as? Double == 8)
        #expect((search["probes"] as? [Any])?.count == 3)
        guard Browser.isAvailable else { return }
        try expectWhole(
            folder.path("report.html"), ["latency", "time", "answers", "search", "setup"], plots: 4, folder)
    }

    private func expectWhole(_ path: String, _ sections: [String], plots: Int, _ folder: TemporaryFolder) throws {
        for width in [1200, 420] {
            let found = try PageInBrowser.open(
                URL(fileURLWithPath: path), width: width, sorting: "#answers table", in: folder.url)
            #expect(found.complaints(sections: sections, leastPlots: plots).isEmpty, "\(found)")
        }
    }

    @Test(
        "what cannot be done is said before anything is sent",
        arguments: [
            (["http://127.0.0.1:1/x", "--rate", "5"], "give --requests with recorded requests"),
            (["http://127.0.0.1:1/x", "--package", "p"], "give one of --rate, --steps and --recorded"),
            (["http://127.0.0.1:1/x", "--package", "p", "--rate", "5", "--steps", "3"], "give one of --rate"),
            (["http://127.0.0.1:1/x", "--package", "p", "--rate", "0"], "--rate is 0"),
            (["http://127.0.0.1:1/x", "--package", "p", "--steps", "1,x"], "is no rate"),
            (["127.0.0.1:1/x", "--package", "p", "--rate", "5"], "is no http:// or https:// address"),
            (["http://127.0.0.1:1/x", "--package", "/nowhere", "--rate", "5"], "does not exist"),
            (["http://127.0.0.1:1/x", "--package", "p", "--rate", "5", "--report", "/etc/passwd"], "already exists"),
            (
                ["http://127.0.0.1:1/x", "--package", "p", "--rate", "5", "--json", "/nowhere/x.json"],
                "/nowhere does not exist"
            ),
            (["http://127.0.0.1:1/x", "--package", "p", "--rate", "5", "--candidates", "0"], "out of range"),
            (["http://127.0.0.1:1/x", "--package", "p", "--rate", "5", "--timeout-ms", "0"], "--timeout-ms 0"),
        ])
    func problems(_ arguments: [String], _ what: String) throws {
        do {
            try Program.run([Self.slipway, "load"] + arguments)
            Issue.record("it was accepted")
        } catch let error as Program.Failure {
            #expect([64, 66, 73].contains(error.status) && error.errors.contains(what), "\(error)")
        }
    }

    @Test func aServerThatIsNotThereIsNoSuccess() throws {
        do {
            let output = try Program.run([
                Self.slipway, "load", "http://127.0.0.1:1/x", "--package", ExamplePackage.shared.get().plain, "--rate",
                "10", "--seconds", "0.5", "--warm-up", "0", "--candidates", "1", "--bodies", "1",
            ])
            Issue.record("\(output)")
        } catch let error as Program.Failure { #expect(error.status == 1) }
    }
}
