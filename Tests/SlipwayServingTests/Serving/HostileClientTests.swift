import Foundation
import SlipwayTestSupport
import Testing

/// Clients that misbehave, and after each of them one that does not.
struct HostileClientTests {
    private func isAlive(_ server: TestServer) throws -> Bool {
        try server.predict(ExamplePackage.shared.get().request(0..<1)).status == 200
    }

    @Test func bodiesTooLargeAreRefusedBeforeTheyCome() throws {
        let server = try TestServer.example(["--max-body-bytes", "5000"])
        let connection = try server.connect()
        connection.send(
            Array("POST /api/predict/example HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n".utf8))
        #expect(connection.receive()?.status == 413)
        #expect(connection.receive() == nil)
        let chunked = try server.connect()
        chunked.send(Array("POST /api/predict/example HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".utf8))
        chunked.send(Array("1770\r\n".utf8) + [UInt8](repeating: 0, count: 6000) + [13, 10])
        #expect(chunked.receive()?.status == 413)
        #expect(try isAlive(server))
    }

    private let halfBody = Array("POST /api/predict/example HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc".utf8)

    /// On a busy machine a test's own bytes may come too late as well, and are sent again then.
    @Test func halfRequestsTimeOut() async throws {
        let server = try TestServer.example(["--receive-timeout-ms", "300"])
        let silent = try server.connect()
        #expect(silent.receive() == nil)
        let header = try server.connect()
        header.send(Array("POST /api/predict/exa".utf8))
        #expect(header.receive() == nil)
        var body = try server.connect()
        await until {
            guard let fresh = try? server.connect() else { return false }
            body = fresh
            body.send(halfBody)
            return body.receive()?.status == 408
        }
        #expect(body.receive() == nil)
        #expect(try metric(server, "slipway_requests_total{model=\"example\",code=\"408\"}") == 1)
        #expect(try metric(server, "slipway_request_timeouts_total") == 1)
        #expect(try metric(server, "slipway_responses_total{port=\"service\",code=\"408\"}") == 1)
    }

    /// Of a server that may not wait for the request.
    private func metric(_ server: TestServer, _ name: String) throws -> Double {
        for _ in 0..<100 { if let value = try? server.metrics(name) { return value } }
        return try server.metrics(name)
    }

    /// Also those that no model is asked for, by port and status.
    @Test func everyResponseIsCounted() throws {
        let server = try TestServer.example(["--max-body-bytes", "5000"])
        func count(_ code: Int) throws -> Double {
            try server.metrics("slipway_responses_total{port=\"service\",code=\"\(code)\"}")
        }
        #expect(try count(404) == 0)
        let connection = try server.connect()
        #expect(try connection.ask("POST", "/api/predict/nobody").status == 404)
        #expect(try connection.ask("GET", "/nowhere").status == 404)
        #expect(try connection.ask("GET", "/api/predict/example").status == 405)
        connection.send("POST", "/api/predict/example", body: [UInt8](repeating: 0, count: 6000))
        #expect(connection.receive()?.status == 413)
        #expect(try [404, 405, 413].map(count) == [2, 1, 1])
    }

    @Test func garbageIsNoHTTP() throws {
        let server = try TestServer.example()
        var numbers = SeededRandom(seed: Fuzz.seed(4))
        for text in [
            "\u{16}\u{3}\u{1}\0\0", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        ] {
            let connection = try server.connect()
            connection.send(Array(text.utf8))
            #expect(connection.receive().map { $0.status == 400 } ?? true)
        }
        let count = Fuzz.count(200)
        let good = Array("POST /api/predict/example HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc".utf8)
        for _ in 0..<count {
            let connection = try server.connect()
            connection.send(damaged(good, &numbers))
            connection.close()
        }
        Fuzz.report("HTTP requests", count)
        #expect(try isAlive(server))
    }

    @Test func damagedBodiesAreAnsweredOnOneConnection() throws {
        let server = try TestServer.example()
        let seed = try ExamplePackage.shared.get().request(0..<2)
        var numbers = SeededRandom(seed: Fuzz.seed(5))
        var connection = try server.connect()
        let count = Fuzz.count(1000)
        for _ in 0..<count {
            let answer = try connection.ask("POST", "/api/predict/example", body: damaged(seed, &numbers))
            #expect(answer.status == 200 || answer.status == 400, "\(answer.text)")
            if answer.headers["connection"] == "close" { connection = try server.connect() }
        }
        Fuzz.report("served bodies", count)
        #expect(try isAlive(server))
    }

    @Test func slowClientsDoNotHoldUpOthers() throws {
        let server = try TestServer.example()
        let slow = try (0..<1000).map { _ in try server.connect() }
        for connection in slow {
            connection.send(Array("POST /api/predict/example HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\na".utf8))
        }
        for _ in 0..<5 { #expect(try isAlive(server)) }
        #expect(try server.metrics("slipway_connections") >= 1000)
        for connection in slow { connection.close() }
    }

    /// A client that has closed its side for sending still gets the answer under way, and the connection then ends.
    @Test func halfClosedClientsAreAnswered() throws {
        let server = try TestServer.example()
        let connection = try server.connect()
        connection.send("POST", "/api/predict/example", body: try ExamplePackage.shared.get().request(0..<3))
        connection.finishSending()
        #expect(connection.receive()?.status == 200)
        #expect(connection.receive() == nil)
        let silent = try server.connect()
        silent.finishSending()
        #expect(silent.receive() == nil)
    }

    @Test func tooManyConnectionsAreClosed() throws {
        let server = try TestServer.example(["--max-connections", "2"])
        let first = try server.connect()
        let second = try server.connect()
        #expect(try first.ask("GET", "/v2/health/live").status == 200)
        #expect(try second.ask("GET", "/v2/health/live").status == 200)
        #expect(try server.connect().receive() == nil)
    }

    /// Requests in one piece, answered in their order.
    @Test func pipelinedRequestsAreAnsweredInOrder() throws {
        let server = try TestServer.example()
        let example = try ExamplePackage.shared.get()
        let connection = try server.connect()
        var bytes: [UInt8] = []
        for row in 0..<5 {
            let body = example.request(row..<row + 1)
            bytes +=
                Array(
                    "POST /api/predict/example HTTP/1.1\r\nHost: x\r\nX-Request-Id: r\(row)\r\nContent-Length: \(body.count)\r\n\r\n"
                        .utf8) + body
        }
        connection.send(bytes)
        for row in 0..<5 { #expect(connection.receive()?.headers["x-request-id"] == "r\(row)") }
    }

    /// A client that asks on and takes no answers: they do not pile up in the server's memory.
    @Test func answersWaitForTheClient() async throws {
        // On a machine that is busy, minutes may pass before the client reads.
        let server = try TestServer.example(["--receive-timeout-ms", "3600000", "--send-timeout-ms", "3600000"])
        let count = 2000
        let connection = try server.connect(timeoutSeconds: 3600)
        // What is sent here may have to wait.
        let requests = String(repeating: "GET /v2/models/example HTTP/1.1\r\nHost: x\r\n\r\n", count: count)
        Thread { connection.send(Array(requests.utf8)) }.start()
        func answered() throws -> Double {
            try server.metrics("slipway_responses_total{port=\"service\",code=\"200\"}")
        }
        var last = -1.0
        try await until {
            usleep(200_000)
            // Each look is an answer itself.
            let now = try answered()
            defer { last = now }
            return now > 10 && now == last + 1
        }
        #expect(last < Double(count) * 0.9, "\(last) were made")
        for _ in 0..<count {
            let answer = connection.receive()
            guard answer?.status == 200 else {
                Issue.record("\(String(describing: answer))")
                break
            }
        }
        #expect(try answered() >= Double(count))
    }

    @Test func theRateIsLimited() throws {
        let server = try TestServer.example(["--rate-limit", "3"])
        let body = try ExamplePackage.shared.get().request(0..<1)
        // Sent before the first is answered: how long an answer takes must not matter.
        let connections = try (0..<12).map { _ in try server.connect() }
        for connection in connections { connection.send("POST", "/api/predict/example", body: body) }
        let statuses = connections.compactMap { $0.receive()?.status }
        #expect(statuses.count == 12 && Set(statuses) == [200, 429])
        #expect(statuses.count { $0 == 200 } >= 3)
    }

    /// A caller that leaves and one whose time is up: the work they left is not answered.
    @Test func callersThatLeaveAreForgotten() async throws {
        let server = try TestServer.example(["--request-timeout-ms", "20000"])
        let example = try ExamplePackage.shared.get()
        for _ in 0..<10 {
            let connection = try server.connect()
            connection.send("POST", "/api/predict/example", body: example.request(0..<200))
            connection.close()
        }
        await until { ((try? server.metrics("slipway_running_requests")) ?? 1) == 0 }
        #expect(try isAlive(server))
        let late = try server.predict(example.request(0..<200), headers: ["X-Request-Timeout-Ms": "1"])
        #expect(late.status == 408 || late.status == 200)
    }
}
