import Foundation
import SlipwayServing
import SlipwayTestSupport
import Synchronization
import Testing

/// Requests that will not be scored are answered when their head is here; their bodies need not come.
struct EarlyRefusalTests {
    private func head(_ service: String, _ length: Int, _ more: [String] = []) -> [UInt8] {
        let lines = ["POST /api/predict/\(service) HTTP/1.1", "Host: x", "Content-Length: \(length)"] + more
        return Array((lines + ["", ""]).joined(separator: "\r\n").utf8)
    }

    /// The status of a request whose body was not sent, and that the connection goes on once it was.
    private func early(_ server: TestServer, _ service: String, _ headers: [String] = []) throws -> Int? {
        let connection = try server.connect()
        connection.send(head(service, 1000, headers))
        let answer = connection.receive()
        #expect(answer?.headers["connection"] == nil)
        #expect(answer?.text.contains("\"request_id\":\"") == true)
        connection.send([UInt8](repeating: 0x7f, count: 1000))
        #expect(try connection.ask("GET", "/v2/health/live").status == 200)
        return answer?.status
    }

    @Test func theHeadIsEnough() async throws {
        let server = try TestServer.example(["--token", "secret"])
        let token = "Authorization: secret"
        #expect(try early(server, "example") == 401)
        #expect(try early(server, "nobody", [token]) == 404)
        #expect(try early(server, "example", [token, "Content-Encoding: br"]) == 400)
        let failed = try TestServer(["example=/nowhere"])
        #expect(throws: (any Error).self) { try failed.server.load() }
        #expect(try early(failed, "example") == 503)
        let limited = try TestServer.example(["--rate-limit", "1"])
        let body = try ExamplePackage.shared.get().request(0..<1)
        // A slow machine may let the second pass in which another one is allowed.
        await until {
            _ = try? limited.predict(body)
            return (try? early(limited, "example", ["X-Request-Timeout-Ms: 1"])) == 429
        }
        #expect(try limited.metrics("slipway_shed_total") >= 1)
    }

    /// Before a body that is too long to be dropped the connection ends, and so where the client waits to be asked for it.
    @Test func longBodiesEndTheConnection() throws {
        let server = try TestServer.example(["--token", "secret"])
        for request in [head("example", 2 << 20), head("example", 10, ["Expect: 100-continue"])] {
            let connection = try server.connect()
            connection.send(request)
            let answer = connection.receive()
            #expect(answer?.status == 401)
            #expect(answer?.headers["connection"] == "close")
            #expect(connection.receive() == nil)
        }
        // A client that sends on all the same still gets its answer.
        let connection = try server.connect()
        connection.send(head("example", 900 << 10) + [UInt8](repeating: 1, count: 900 << 10))
        #expect(connection.receive()?.status == 401)
        #expect(try connection.ask("GET", "/v2/health/live").status == 200)
        let chunked = try server.connect()
        chunked.send(Array("POST /api/predict/example HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".utf8))
        chunked.send(Array("3\r\nabc\r\n0\r\n\r\n".utf8))
        #expect(chunked.receive()?.status == 401)
        #expect(chunked.receive() == nil)
    }

    /// With all workers busy and the queue full, heads are answered by 450 while others are served.
    @Test func aFullQueueAnswersHeads() async throws {
        let server = try TestServer.example(["--queue-size", "1", "--merged-bytes", "0"])
        let body = try ExamplePackage.shared.get().request(0..<200)
        let clients = EagerClients(8, server, body: body)
        await until {
            guard let connection = try? server.connect(timeoutSeconds: 1) else { return false }
            connection.send(head("example", 5 << 20))
            let answer = connection.receive()
            if let answer { #expect(answer.status == 450 && answer.headers["connection"] == "close") }
            return answer != nil
        }
        await until { clients.answers[200, default: 0] >= 10 && clients.answers[450, default: 0] >= 10 }
        clients.stop()
        // Nobody was dropped or answered otherwise.
        #expect(Set(clients.answers.keys) == [200, 450])
    }
}

/// Clients that ask again as soon as they are answered, each on one connection.
private final class EagerClients: Sendable {
    private let isDone = Atomic<Bool>(false)
    private let counts = Mutex<[Int: Int]>([:])
    private let running = DispatchGroup()

    init(_ count: Int, _ server: TestServer, body: [UInt8]) {
        for _ in 0..<count {
            running.enter()
            Thread { [self] in
                defer { running.leave() }
                let connection = try? server.connect()
                while !isDone.load(ordering: .relaxed) {
                    let answer = try? connection?.ask("POST", "/api/predict/example", body: body)
                    counts.withLock { $0[answer?.status ?? 0, default: 0] += 1 }
                    if answer == nil { return }
                }
            }.start()
        }
    }

    /// Answers by status; 0 for none.
    var answers: [Int: Int] { counts.withLock { $0 } }

    func stop() {
        isDone.store(true, ordering: .relaxed)
        running.wait()
    }
}
