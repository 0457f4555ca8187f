import Foundation
import SlipwayServing
import SlipwayTestSupport
import Testing

/// Connections of gRPC clients: their ends, and clients that misbehave, each followed by one that does not.
struct CallConnectionTests {
    private typealias Frame = RawHTTP2.Frame
    private static let infer = "/inference.GRPCInferenceService/ModelInfer"
    private static let stream = "/inference.GRPCInferenceService/ModelStreamInfer"

    private func isAlive(_ server: TestServer) throws -> Bool {
        try server.connectForCalls().call("ModelInfer", InferMessage.example()).status == 0
    }

    /// What is under way is answered, streams are told to go elsewhere, and the connection ends as HTTP/2 has it.
    @Test(arguments: [true, false])
    func stoppingDrains(answersPings: Bool) throws {
        let server = try TestServer.example(grpc: true)
        let port = try #require(server.server.grpcPort)
        let connection = try server.connectForCalls()
        connection.answersPings = answersPings
        try connection.open(Self.stream, stream: 1)
        connection.data(RawHTTP2.message(InferMessage.example()), stream: 1, ends: false)
        #expect(connection.messages(1, 1)?.count == 1)
        try connection.open("/grpc.health.v1.Health/Watch", stream: 3)
        connection.data(RawHTTP2.message([]), stream: 3)
        #expect(connection.messages(3, 1) == [[8, 1]])
        let idle = try server.connectForCalls()
        #expect(try idle.call("ServerLive", []).status == 0)
        let stop = Thread { server.server.stop() }
        stop.start()
        #expect(connection.ownFrame { $0.type == Frame.goAway }?.lastStream == 0x7fff_ffff)
        #expect(connection.answer(1)?.status == 14)
        let watched = try #require(connection.answer(3))
        #expect(watched.messages == [[8, 1], [8, 2]] && watched.status == 14)
        connection.drain()
        let last = connection.own.last { $0.type == Frame.goAway }
        #expect(last?.lastStream == 3 && last?.goAwayCode == 0)
        idle.drain()
        #expect(idle.own.contains { $0.type == Frame.goAway })
        #expect(throws: (any Error).self) { try RawHTTP(port: port) }
    }

    @Test func pingsAreAnswered() throws {
        let server = try TestServer.example(grpc: true)
        let connection = try server.connectForCalls()
        for number in UInt8(1)...20 { connection.send(Frame.ping, 0, [number, 2, 3, 4, 5, 6, 7, 8]) }
        for number in UInt8(1)...20 {
            #expect(connection.ownFrame { $0.type == Frame.ping && $0.payload[0] == number } != nil)
        }
    }

    @Test func slowClientsAreLeft() throws {
        let server = try TestServer.example(["--receive-timeout-ms", "300"], grpc: true)
        let silent = try RawHTTP2(port: try #require(server.server.grpcPort), speaks: false)
        #expect(silent.socket.bytes(1000) == nil)
        let half = try server.connectForCalls()
        try half.open(Self.infer, stream: 1)
        half.data(Array(RawHTTP2.message(InferMessage.example()).prefix(100)), stream: 1, ends: false)
        let answer = try #require(half.answer(1))
        #expect(answer.status == 4 && answer.message.contains("too long to arrive"), "\(answer)")
        // A stream may be silent between messages, not within one.
        try half.open(Self.stream, stream: 3)
        half.data(RawHTTP2.message(InferMessage.example()), stream: 3, ends: false)
        #expect(half.messages(3, 1)?.count == 1)
        usleep(500_000)
        half.data([0, 0, 0], stream: 3, ends: false)
        #expect(half.answer(3)?.status == 4)
        #expect(try isAlive(server))
    }

    @Test func idleConnectionsAreLeft() throws {
        let server = try TestServer.example(["--idle-timeout-ms", "200"], grpc: true)
        let connection = try server.connectForCalls()
        #expect(try connection.call("ServerLive", []).status == 0)
        connection.drain()
        #expect(connection.own.filter { $0.type == Frame.goAway }.map(\.goAwayCode) == [0, 0])
    }

    /// Calls that are reset are not answered, and do not count as under way.
    @Test func callsThatAreResetAreForgotten() async throws {
        let server = try TestServer.example(grpc: true)
        let connection = try server.connectForCalls()
        for number in 0..<30 {
            try connection.open(Self.infer, stream: 2 * number + 1)
            connection.data(RawHTTP2.message(InferMessage.example(rows: 200)), stream: 2 * number + 1)
            connection.send(Frame.reset, stream: 2 * number + 1, RawHTTP2.big(8))
        }
        #expect(try connection.call("ServerLive", [], stream: 99).status == 0)
        await until {
            let left = try? server.metrics("slipway_grpc_requests_total{method=\"ModelInfer\",code=\"CANCELLED\"}")
            let done = try? server.metrics("slipway_grpc_requests_total{method=\"ModelInfer\",code=\"OK\"}")
            return (left ?? 0) + (done ?? 0) == 30
        }
        await until { ((try? server.metrics("slipway_running_requests")) ?? 1) == 0 }
        #expect(try isAlive(server))
    }

    @Test func callsBeyondTheLimitAreRefused() throws {
        let server = try TestServer.example(["--grpc-max-streams", "3"], grpc: true)
        let connection = try server.connectForCalls()
        // The limit holds once the client has heard of it.
        #expect(try connection.call("ServerLive", [], stream: 1).status == 0)
        for stream in [3, 5, 7, 9] { try connection.open(Self.stream, stream: stream) }
        connection.drain()
        #expect(connection.own.last { $0.type == Frame.goAway }?.goAwayCode == 1)
        #expect(try isAlive(server))
    }

    /// A head that HTTP/2 does not allow is its own call's end, and no other's.
    @Test func wrongHeadsAreReset() throws {
        let server = try TestServer.example(grpc: true)
        let connection = try server.connectForCalls()
        let wrong = [["connection": "close"], [":path": ""], ["Upper": "x"], [":other": "x"], ["content-length": "7"]]
        for (number, headers) in wrong.enumerated() {
            let stream = 4 * number + 1
            try connection.open(Self.infer, stream: stream, headers: headers)
            connection.data([0, 0, 0], stream: stream)
            #expect(connection.answer(stream)?.isReset == true, "\(headers)")
            #expect(try connection.call("ServerLive", [], stream: stream + 2).status == 0)
        }
    }

    /// A client that takes no answers is not read from for ever, and holds up nobody.
    @Test func clientsThatDoNotReadHoldUpNobody() throws {
        let server = try TestServer.example(grpc: true)
        let deaf = try server.connectForCalls()
        try deaf.open(Self.stream, stream: 1)
        // No more than the window the server gave; answers are longer than the client's own window lets out.
        for _ in 0..<60 { deaf.data(RawHTTP2.message(InferMessage.example(rows: 300)), stream: 1, ends: false) }
        for _ in 0..<3 { #expect(try isAlive(server)) }
        deaf.socket.close()
        #expect(try isAlive(server))
    }

    /// Calls that all send in part hold no more than a few messages' memory.
    @Test func halfMessagesOfAConnectionAreBounded() throws {
        let server = try TestServer.example(["--max-body-bytes", "5000"], grpc: true)
        let connection = try server.connectForCalls()
        let half = Array(RawHTTP2.message([UInt8](repeating: 0, count: 4900)).prefix(4500))
        for number in 0..<5 {
            try connection.open(Self.infer, stream: 2 * number + 1)
            connection.data(half, stream: 2 * number + 1, ends: false)
        }
        let last = try #require(connection.answer(9))
        #expect(last.status == 8 && last.message.contains("hold more than 20000 bytes"), "\(last)")
        // One that goes makes room.
        connection.send(Frame.reset, stream: 1, RawHTTP2.big(8))
        #expect(try connection.call("ModelInfer", InferMessage.example(), stream: 11).status == 0)
    }

    @Test func tooManyConnectionsAreClosed() throws {
        let server = try TestServer.example(["--max-connections", "1"], grpc: true)
        let first = try server.connectForCalls()
        #expect(try first.call("ServerLive", []).status == 0)
        let second = try server.connectForCalls()
        try second.open("/inference.GRPCInferenceService/ServerLive", stream: 1)
        #expect(second.answer(1) == nil)
    }

    /// Damaged frames end at most their own connection.
    @Test func damagedFramesEndTheirConnection() throws {
        let server = try TestServer.example(["--receive-timeout-ms", "2000"], grpc: true)
        let port = try #require(server.server.grpcPort)
        var numbers = SeededRandom(seed: Fuzz.seed(73))
        let count = Fuzz.count(300)
        for _ in 0..<count {
            let connection = try RawHTTP2(port: port, speaks: false)
            let settings = RawHTTP2.frame(Frame.settings, 0, 0, [0, 4, 0, 1, 0, 0])
            let calls = try [Self.infer, Self.stream].enumerated().flatMap { number, path in
                try connection.head(path, stream: 2 * number + 1, headers: ["grpc-timeout": "1S"])
                    + RawHTTP2.frame(
                        Frame.data, UInt8(1 - number), 2 * number + 1, RawHTTP2.message(InferMessage.example()))
            }
            let rest =
                RawHTTP2.frame(Frame.ping, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]) + RawHTTP2.frame(8, 0, 0, [0, 0, 1, 0])
            let whole = settings + calls + rest
            connection.socket.send(RawHTTP2.preface + damaged(whole, &numbers))
            connection.socket.close()
        }
        Fuzz.report("gRPC connections", count)
        #expect(try isAlive(server))
    }

    @Test func otherProtocolsAreNotSpoken() throws {
        let server = try TestServer.example(grpc: true)
        let connection = try RawHTTP2(port: try #require(server.server.grpcPort), speaks: false)
        connection.socket.send("GET", "/v2/health/live")
        connection.drain()
        #expect(try isAlive(server))
        // And gRPC not on the port of HTTP.
        let other = try RawHTTP2(port: server.port)
        try other.open(Self.infer, stream: 1)
        #expect(other.answer(1) == nil)
    }
}
