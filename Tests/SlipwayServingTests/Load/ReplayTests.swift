import Foundation
import SlipwayCore
import SlipwayExport
import SlipwayLoad
import SlipwayProtocol
import SlipwayServing
import SlipwayTestSupport
import Testing

/// A log that a served package wrote, sent again.
@Suite(.serialized)
struct ReplayTests {
    private static let slipway = Bundle.module.bundleURL.deletingLastPathComponent().appendingPathComponent("slipway")
        .path

    /// Exports the example with feature generation and a vocabulary in a file for `gender`.
    private func export(vocabulary: String, to path: String, in folder: TemporaryFolder) throws {
        let example = URL(fileURLWithPath: ExamplePackage.dataPath).deletingLastPathComponent()
            .deletingLastPathComponent().path
        let work = folder.path("work-\(vocabulary.count)-\(UInt32.random(in: 0 ... .max))")
        try FileManager.default.copyItem(atPath: example, toPath: work)
        try vocabulary.write(toFile: "\(work)/gender.txt", atomically: true, encoding: .utf8)
        var text = try String(contentsOfFile: "\(work)/pipeline.config", encoding: .utf8)
        let list = "    vocab_list: \"m\"\n    vocab_list: \"f\"\n"
        try #require(text.contains(list))
        text = text.replacing("fg_mode: FG_NONE", with: "fg_mode: FG_DAG")
            .replacing("fg_encoded_default_value:", with: "default_value:")
            .replacing(list, with: "    vocab_file: \"\(work)/gender.txt\"\n    default_bucketize_value: 1\n")
        try text.write(toFile: "\(work)/pipeline.config", atomically: true, encoding: .utf8)
        let checkpoint = try #require(
            try FileManager.default.contentsOfDirectory(atPath: "\(work)/ckpt").first { $0.hasPrefix("model.ckpt-") })
        _ = try Exporter.run(
            ExportRequest(
                pipelineConfigPath: "\(work)/pipeline.config", checkpointPath: "\(work)/ckpt/\(checkpoint)",
                exportDirectory: path, environment: [:], slipwayVersion: "test", createdAt: "2026-01-01T00:00:00Z")
        ) { _ in }
    }

    /// Serves `package`, sends `count` requests and waits until all are logged.
    private func log(_ package: String, count: Int, to folder: String, features: Bool) async throws {
        let server = try TestServer([
            "m=\(package)", "--request-log-path", folder, "--request-log-features", "\(features)",
        ])
        try server.server.load()
        let example = try ExamplePackage.shared.get()
        let client = try server.connect()
        for index in 0..<count {
            let row = index % 199
            let answer = try client.ask(
                "POST", "/api/predict/m", body: example.request(row..<row + 1 + index % 2))
            try #require(answer.status == 200, "\(answer.text)")
        }
        await until { ((try? server.metrics("slipway_request_log_written_total")) ?? 0) >= Double(count) }
    }

    private func side(_ server: TestServer) throws -> ServerSide {
        try ServerSide(ServerAddress("http://127.0.0.1:\(server.port)", service: "m"), ClientOptions())
    }

    private func replay(_ log: RequestLog, _ first: any ReplaySide, _ second: (any ReplaySide)?) throws -> ReplayResult
    {
        var options = ReplayOptions()
        options.threads = 2
        return try Replayer(log, first, against: second, options).run()
    }

    @Test func aThousandRequestsScoreAlikeAndAChangedVocabularyIsNamed() async throws {
        let folder = try TemporaryFolder()
        let package = folder.path("package")
        let changed = folder.path("changed")
        // Words 2 and 3 stand in the rows; swapped, each gets the other's id.
        try export(vocabulary: "a\nb\n2\n3\n", to: package, in: folder)
        try export(vocabulary: "a\nb\n3\n2\n", to: changed, in: folder)
        try await log(package, count: 1000, to: folder.path("log"), features: true)
        let log = try RequestLog([folder.path("log")])
        try #require(log.count == 1000)
        let server = try TestServer(["m=\(package)"])
        try server.server.load()

        // The server against the package in this process: no score and no feature differs.
        let served = try side(server)
        let same = try replay(log, served, PackageSide(path: package))
        #expect(same.isClean, "\(same.text())")
        #expect(same.requests == 1000 && same.comparedFeatures == 1000)
        #expect(same.largest["probs"] == 0)
        #expect(same.sides.map { $0.statuses } == [[200: 1000], [200: 1000]])
        #expect(same.sides[0].versions == same.sides[1].versions)
        served.stop()

        // Against what was logged when the requests came.
        let recorded = try replay(log, PackageSide(path: package), RecordedSide())
        #expect(recorded.isClean && recorded.comparedFeatures == 1000)

        // The other vocabulary: the feature is the first to differ wherever one does, and its file is named.
        let found = try replay(log, PackageSide(path: changed), RecordedSide())
        #expect(!found.isClean && found.differing > 300)
        #expect(found.differingRaw == 0 && found.differingGenerated == found.differing)
        #expect(found.parts.map(\.name) == ["gender"])
        #expect(found.parts.first?.first == found.differing)
        let file = try #require(found.parts.first?.files.first)
        #expect(file.hasPrefix(changed) && FileManager.default.fileExists(atPath: file))
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "a\nb\n3\n2\n")
        let first = try #require(found.shown.first)
        #expect(first.name == "gender" && Set([first.first, first.second]) == ["2", "3"])
        #expect(found.text().contains(file))

        // A package whose vocabulary was changed in place is not even opened.
        let inPlace = try #require(try PackageSide(path: package).files(of: "gender").first)
        try "a\nb\n3\n2\n".write(toFile: inPlace, atomically: true, encoding: .utf8)
        let error = try failure { try PackageSide(path: package) }
        #expect(error.description.contains(URL(fileURLWithPath: inPlace).lastPathComponent), "\(error)")
    }

    @Test func timesAreThoseOfTheLog() async throws {
        let folder = try TemporaryFolder()
        let example = try ExamplePackage.shared.get()
        // Written in another order than they came: by 300 ms, 0 and 600 ms.
        let start: UInt64 = 1_700_000_000_000_000
        let records = [300, 0, 600].map { (ms: UInt64) in
            LogRecord(request: example.request(Int(ms) / 10..<Int(ms) / 10 + 1), arrivalUs: start + ms * 1000)
                .delimited()
        }
        try folder.write(Array(records.joined()), to: "log/a.pblog")
        let log = try RequestLog([folder.path("log")])
        #expect(try log.times() == [0, 300_000_000, 600_000_000])
        #expect((0..<3).map { log.request($0) } == [0, 30, 60].map { example.request($0..<$0 + 1) })
        var options = ReplayOptions()
        options.timing = .recorded(speed: 2)
        options.threads = 2
        let result = try Replayer(log, PackageSide(path: example.plain), against: nil, options).run()
        #expect(result.isClean)
        #expect(result.seconds >= 0.3, "\(result.seconds)")
        try folder.write(LogRecord(request: example.request(0..<1)).delimited(), to: "log/b.pblog")
        let mixed = try RequestLog([folder.path("log")])
        let error = try failure {
            try Replayer(mixed, PackageSide(path: example.plain), against: nil, options).run()
        }
        #expect(error.message == "1 of 4 records say nothing about their time")
        #expect(try RequestLog([folder.path("log")], limit: 2).count == 2)
    }

    @Test func requestsThatAreRefusedAreTold() throws {
        let folder = try TemporaryFolder()
        let example = try ExamplePackage.shared.get()
        var bad = RequestBytes()
        bad.ids(["a"])
        try folder.write(
            LogRecord(request: example.request(0..<1)).delimited() + LogRecord(request: bad.bytes).delimited(),
            to: "x.pblog")
        let log = try RequestLog([folder.path("x.pblog")])
        let result = try replay(log, PackageSide(path: example.plain), nil)
        #expect(!result.isClean)
        #expect(result.sides[0].statuses == [200: 1, 400: 1])
        #expect(result.sides[0].firstProblem?.contains("no default value") == true)
        #expect(
            try failure { try replay(log, PackageSide(path: example.plain), RecordedSide()) }.message
                == "the log holds no features to compare with")
    }

    @Test func logsThatAreNoneAreNamed() throws {
        let folder = try TemporaryFolder()
        try folder.write([0xff, 0xff, 0xff], to: "x.pblog")
        try folder.write("", to: "empty/a.txt")
        #expect(try failure { try RequestLog([folder.path("x.pblog")]) }.description.contains("x.pblog"))
        #expect(try failure { try RequestLog([folder.path("none")]) }.code == .notFound)
        #expect(try failure { try RequestLog([folder.path("empty")]) }.message.hasSuffix("holds no requests"))
    }

    @Test func theCommandTellsByItsStatus() async throws {
        let folder = try TemporaryFolder()
        let example = try ExamplePackage.shared.get()
        try await log(example.plain, count: 5, to: folder.path("log"), features: true)
        let server = try TestServer.example()
        let common = [Self.slipway, "replay", folder.path("log"), "--server", "http://127.0.0.1:\(server.port)"]
        let output = try Program.run(
            common + ["--service", "example", "--against", example.plain, "--json", folder.path("result.json")])
        #expect(output.contains("0 of 5 requests differ"))
        let json = try Data(contentsOf: URL(fileURLWithPath: folder.path("result.json")))
        let facts = try #require(JSONSerialization.jsonObject(with: json) as? [String: Any])
        #expect(facts["clean"] as? Bool == true && facts["compared_features"] as? Int == 5)
        // Another model: the tiled package of the same weights scores alike, a server that refuses does not.
        #expect(throws: Program.Failure.self) { try Program.run(common + ["--service", "nobody"]) }
        do {
            try Program.run(common + ["--service", "nobody", "--against", example.plain])
            Issue.record("a server that refuses everything is no difference")
        } catch let error as Program.Failure { #expect(error.status == 1) }
        do {
            try Program.run([Self.slipway, "replay", folder.path("log")])
            Issue.record("nothing to send to")
        } catch let error as Program.Failure {
            #expect(error.status == 64 && error.errors.contains("give --server or --package"))
        }
    }
}
