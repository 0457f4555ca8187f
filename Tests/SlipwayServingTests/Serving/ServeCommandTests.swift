import Foundation
import SlipwayTestSupport
import Testing

/// `slipway serve` as a process: its banner, its answers, its end.
struct ServeCommandTests {
    private static let slipway = Bundle.module.bundleURL.deletingLastPathComponent().appendingPathComponent("slipway")
        .path

    /// A running server and what it has said so far.
    private final class Served {
        let process = Process()
        private let folder: TemporaryFolder
        private let log: String

        init(_ arguments: [String]) throws {
            folder = try TemporaryFolder()
            log = folder.path("log")
            try Data().write(to: URL(fileURLWithPath: log))
            process.executableURL = URL(fileURLWithPath: slipway)
            process.arguments = ["serve"] + arguments + ["--host", "127.0.0.1", "--port", "0"]
            process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
            process.standardOutput = FileHandle.nullDevice
            try process.run()
        }

        var text: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

        /// The port, once the server is ready.
        var port: Int? {
            text.split(separator: "\n").first { $0.contains("\"message\":\"ready\"") }
                .flatMap { $0.firstMatch(of: /"port":"([0-9]+)"/) }.flatMap { Int($0.output.1) }
        }

        deinit {
            if process.isRunning { process.terminate() }
        }
    }

    /// Layers in fewer bits by way of the command line; the tolerance is that of half precision.
    @Test func aPackageIsServedAndTheEndIsOrderly() async throws {
        let folder = try TemporaryFolder()
        let example = URL(fileURLWithPath: ExamplePackage.dataPath).deletingLastPathComponent()
            .deletingLastPathComponent().path
        try FileManager.default.copyItem(atPath: example, toPath: folder.path("work"))
        try Program.run([
            "env", "-C", folder.path("work"), "INPUT_TILE=2", Self.slipway, "export", "--pipeline_config_path",
            "pipeline.config", "--export_dir", folder.path("p"), "--dense-precision", "bf16", "--allow-score-drift",
        ])
        let server = try Served(["ranker=\(folder.path("p"))", "--token", "very-secret", "--trace-ratio", "0"])
        await until { server.port != nil || !server.process.isRunning }
        let port = try #require(server.port, "\(server.text)")
        let package = try ExamplePackage.shared.get()
        let answer = try RawHTTP(port: port).ask(
            "POST", "/api/predict/ranker", headers: ["Authorization": "very-secret"], body: package.request(0..<200))
        #expect(answer.status == 200, "\(answer.text)")
        #expect((zip(answer.probs, package.expected).map { abs(Double($0) - $1) }.max() ?? 1) <= 1e-2)
        for line in ["listening   http://127.0.0.1:\(port), 1 tokens", "threads  ", "kernels  ", "backend portable"] {
            #expect(server.text.contains(line), "\(line) in \(server.text)")
        }
        let idle = try RawHTTP(port: port)
        #expect(try idle.ask("GET", "/v2/health/ready").status == 200)
        server.process.terminate()
        server.process.waitUntilExit()
        #expect(server.process.terminationStatus == 0)
        #expect(idle.receive() == nil)
        #expect(server.text.contains("\"message\":\"stopped\""))
        #expect(!server.text.contains("very-secret"))
    }

    /// SIGHUP loads what has changed, while requests go on.
    @Test func aSignalReloads() async throws {
        let package = try ExamplePackage.shared.get()
        let link = try PackageLink(package.plain)
        let server = try Served(["m=\(link.path)", "--reload-seconds", "0"])
        await until { server.port != nil || !server.process.isRunning }
        let port = try #require(server.port, "\(server.text)")
        func ask() throws -> String? {
            let answer = try RawHTTP(port: port).ask("POST", "/api/predict/m", body: package.request(0..<3))
            #expect((zip(answer.probs, package.expected).map { abs(Double($0) - $1) }.max() ?? 1) <= 1e-5)
            return answer.headers["x-model-version"]
        }
        let first = try ask()
        try link.lead(to: package.tiled)
        #expect(try ask() == first)
        #expect(kill(server.process.processIdentifier, SIGHUP) == 0)
        await until { (try? ask()) != first }
        #expect(server.process.isRunning)
        server.process.terminate()
        server.process.waitUntilExit()
        #expect(server.process.terminationStatus == 0)
    }

    @Test("what cannot be served ends with a message", arguments: [["/nowhere"], ["x", "--prot", "1"], []])
    func problems(_ arguments: [String]) throws {
        let server = try Served(arguments)
        server.process.waitUntilExit()
        #expect(server.process.terminationStatus != 0)
        #expect(server.process.terminationReason == .exit)
        #expect(
            server.text.contains("does not exist") || server.text.contains("did you mean")
                || server.text.contains("serve PACKAGE"))
    }
}
