import Foundation
import SlipwayServing
import SlipwayTestSupport
import Testing

/// TLS and mutual TLS, spoken by curl, with certificates made by openssl.
struct ServerTLSTests {
    private func certificate(_ name: String, in folder: TemporaryFolder) throws {
        try Program.run([
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost", "-keyout", folder.path("\(name).key"), "-out", folder.path("\(name).pem"),
        ])
    }

    private func ask(_ server: TestServer, _ arguments: [String]) throws -> String {
        try Program.run(["curl", "-s", "https://localhost:\(server.port)/v2/health/live"] + arguments)
    }

    @Test func certificatesAreAskedFor() throws {
        let folder = try TemporaryFolder()
        try certificate("server", in: folder)
        try certificate("client", in: folder)
        let tls = ["--tls-certificate", folder.path("server.pem"), "--tls-key", folder.path("server.key")]
        let trust = ["--cacert", folder.path("server.pem")]
        let open = try TestServer.example(tls)
        #expect(try ask(open, trust) == "{\"live\":true}")
        #expect(throws: (any Error).self) { try ask(open, []) }
        let mutual = try TestServer.example(tls + ["--tls-client-ca", folder.path("client.pem")])
        let client = ["--cert", folder.path("client.pem"), "--key", folder.path("client.key")]
        #expect(try ask(mutual, trust + client) == "{\"live\":true}")
        #expect(throws: (any Error).self) { try ask(mutual, trust) }
        let other = ["--cert", folder.path("server.pem"), "--key", folder.path("server.key")]
        #expect(throws: (any Error).self) { try ask(mutual, trust + other) }
    }

    /// A request that is refused at its head gets its answer, whether its body is dropped or the connection ends.
    @Test func refusalsAreReadOverTLS() throws {
        let folder = try TemporaryFolder()
        try certificate("server", in: folder)
        let server = try TestServer.example([
            "--tls-certificate", folder.path("server.pem"), "--tls-key", folder.path("server.key"), "--token", "secret",
        ])
        // Before a longer body curl waits to be asked for it.
        let cases: [(bytes: Int, more: [String])] = [
            (1000, []), (900_000, ["-H", "Expect:"]), (3_000_000, ["-H", "Expect: 100-continue"]),
        ]
        for (bytes, more) in cases {
            try Data(count: bytes).write(to: URL(fileURLWithPath: folder.path("body")))
            let arguments = [
                "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", folder.path("server.pem"),
                "--data-binary", "@\(folder.path("body"))", "https://localhost:\(server.port)/api/predict/example",
            ]
            #expect(try Program.run(arguments + more) == "401", "\(bytes) bytes")
        }
    }

    @Test func filesThatDoNotServeAreNamed() throws {
        let folder = try TemporaryFolder()
        try "no certificate".write(toFile: folder.path("x.pem"), atomically: true, encoding: .utf8)
        do {
            _ = try TestServer(["p", "--tls-certificate", folder.path("x.pem"), "--tls-key", folder.path("x.pem")])
            #expect(Bool(false), "it was accepted")
        } catch {
            #expect("\(error)".contains("x.pem cannot be used for TLS"))
        }
    }
}
