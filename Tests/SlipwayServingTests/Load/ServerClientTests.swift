import Foundation
import SlipwayCore
import SlipwayLoad
import SlipwayTestSupport
import Testing

struct ServerClientTests {
    private func client(
        _ server: ScriptedServer, timeoutMs: Int = 60_000, connections: Int = 4, token: String? = nil
    ) throws -> ServerClient {
        var options = ClientOptions()
        options.timeoutMs = timeoutMs
        options.connections = connections
        options.token = token
        return try ServerClient(ServerAddress("http://127.0.0.1:\(server.port)/x"), options)
    }

    private func text(_ reply: ClientReply) -> String {
        switch reply.outcome {
        case .answer(let answer): "\(answer.status) \(String(decoding: answer.body, as: UTF8.self))"
        case .timeout: "timeout"
        case .failure(let reason): reason
        }
    }

    @Test func aConnectionIsUsedAgain() throws {
        let server = try ScriptedServer { .answer(200, headers: "X-Model-Version: 7\r\n", body: Array("n\($0)".utf8)) }
        let client = try client(server)
        defer { client.stop() }
        #expect((0..<5).map { _ in text(client.ask([1, 2, 3])) } == (0..<5).map { "200 n\($0)" })
        #expect(server.connectionCount == 1)
        guard case .answer(let answer) = client.ask([]).outcome else {
            Issue.record("no answer")
            return
        }
        #expect(answer.modelVersion == "7")
    }

    /// The server closes a connection between two requests: the second one goes to another, once.
    @Test func aConnectionThatEndedWhileIdleIsNoFailure() throws {
        let server = try ScriptedServer { $0 == 0 ? .answer(200) : $0 == 1 ? .hangUp : .answer(201) }
        let client = try client(server, connections: 1)
        defer { client.stop() }
        #expect(text(client.ask([])) == "200 ")
        #expect(text(client.ask([])) == "201 ")
        #expect(server.connectionCount == 2)
    }

    @Test func answersThatDoNotComeAreTold() throws {
        let closing = try ScriptedServer { _ in .hangUp }
        let first = try client(closing)
        defer { first.stop() }
        #expect(text(first.ask([])) == "the connection ended without an answer")
        #expect(closing.seen == 1)
        let silent = try ScriptedServer { $0 == 0 ? .silence : .answer(200) }
        let second = try client(silent, timeoutMs: 1500, connections: 1)
        defer { second.stop() }
        let reply = second.ask([])
        #expect(text(reply) == "timeout")
        #expect(reply.latencyUs >= 1_500_000)
        // Its connection is of no more use; the next request has one of its own.
        #expect(text(second.ask([])) == "200 ")
        let strange = try ScriptedServer { _ in .raw("hello\r\n\r\n") }
        let third = try client(strange)
        defer { third.stop() }
        #expect(text(third.ask([])) == "the answer is no HTTP")
    }

    @Test func aServerThatIsNotThereIsTold() throws {
        let port: Int
        do {
            let server = try ScriptedServer { _ in .answer(200) }
            port = server.port
        }
        var options = ClientOptions()
        options.connections = 2
        let client = try ServerClient(ServerAddress("http://127.0.0.1:\(port)/x"), options)
        defer { client.stop() }
        #expect(text(client.ask([])) == "cannot connect: Connection refused")
    }

    @Test func tokensAndTLS() throws {
        let folder = try TemporaryFolder()
        try Program.run([
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost", "-keyout", folder.path("key.pem"), "-out", folder.path("cert.pem"),
        ])
        let server = try TestServer.example([
            "--tls-certificate", folder.path("cert.pem"), "--tls-key", folder.path("key.pem"), "--token", "secret",
        ])
        let body = try ExamplePackage.shared.get().request(0..<1)
        func status(token: String?, authorities: String?) throws -> String {
            var options = ClientOptions()
            options.token = token
            options.authorities = authorities
            options.keepsBodies = false
            let address = try ServerAddress("https://localhost:\(server.port)", service: "example")
            let client = try ServerClient(address, options)
            defer { client.stop() }
            return text(client.ask(body))
        }
        #expect(try status(token: "secret", authorities: folder.path("cert.pem")) == "200 ")
        #expect(try status(token: nil, authorities: folder.path("cert.pem")) == "401 ")
        #expect(try status(token: "secret", authorities: nil).contains("CERTIFICATE_VERIFY_FAILED"))
        let error = try failure { try status(token: nil, authorities: folder.path("key.pem")) }
        #expect(error.message.contains("key.pem cannot be used for TLS"))
    }
}
