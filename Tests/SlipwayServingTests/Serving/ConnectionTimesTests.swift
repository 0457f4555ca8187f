import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import SlipwayServing

/// The times of a connection, on a clock that the test moves.
struct ConnectionTimesTests {
    /// A connection without a socket.
    private struct Connection {
        let service: ScriptedService
        private let loop = EmbeddedEventLoop()
        private let channel: EmbeddedChannel

        init(_ service: ScriptedService = ScriptedService()) throws {
            self.service = service
            channel = EmbeddedChannel(loop: loop)
            let limits = ConnectionLimits(
                receiveTimeout: .milliseconds(200), idleTimeout: .seconds(10), sendTimeout: .seconds(5),
                lingerTimeout: .seconds(2), requestTimeout: .seconds(60))
            try Listener.configure(channel, tls: nil, service: service, limits: limits)
            channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        }

        var isOpen: Bool { channel.isActive }

        func send(_ text: String) throws {
            try channel.writeInbound(ByteBuffer(string: text))
            loop.run()
        }

        func pass(ms: Int64) { loop.advanceTime(by: .milliseconds(ms)) }

        /// What came back since the last call.
        func received() throws -> String {
            var text = ""
            while let bytes = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: bytes) }
            return text
        }

        func answerNext() {
            service.answerNext()
            loop.run()
        }

        /// A request that is answered at once.
        func ask() throws -> Bool {
            try send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
            return try received().hasPrefix("HTTP/1.1 200")
        }
    }

    private let head = "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"

    @Test func idleConnectionsOutliveTheTimeToArrive() throws {
        let connection = try Connection()
        connection.pass(ms: 199)
        for _ in 0..<5 {
            #expect(try connection.ask())
            connection.pass(ms: 450)
        }
        #expect(try connection.ask())
        connection.pass(ms: 9999)
        #expect(connection.isOpen)
        connection.pass(ms: 1)
        #expect(!connection.isOpen)
        #expect(try connection.received() == "")
    }

    @Test func nothingSentEndsTheConnection() throws {
        let connection = try Connection()
        connection.pass(ms: 199)
        #expect(connection.isOpen)
        connection.pass(ms: 1)
        #expect(!connection.isOpen)
    }

    @Test(arguments: [false, true])
    func halfAHeadEndsTheConnection(_ isFirst: Bool) throws {
        let connection = try Connection()
        if !isFirst {
            #expect(try connection.ask())
            connection.pass(ms: 5000)
        }
        try connection.send("GET /x HT")
        connection.pass(ms: 150)
        // More of it does not give it more time.
        try connection.send("TP/1.1\r\n")
        connection.pass(ms: 49)
        #expect(connection.isOpen)
        connection.pass(ms: 1)
        #expect(!connection.isOpen)
        #expect(try connection.received() == "")
        #expect(connection.service.statuses == (isFirst ? [] : [200]))
    }

    @Test func halfABodyIsAnswered408() throws {
        let connection = try Connection()
        try connection.send(head + "abc")
        connection.pass(ms: 150)
        try connection.send("def")
        #expect(try connection.received() == "")
        connection.pass(ms: 50)
        let answer = try connection.received()
        #expect(answer.hasPrefix("HTTP/1.1 408") && answer.contains("took too long to arrive"), "\(answer)")
        #expect(!connection.isOpen)
        #expect(connection.service.timeouts == 1 && connection.service.statuses == [408])
    }

    /// The time of the answer counts from the request's arrival, and its end does not come twice.
    @Test func anAnswerThatDoesNotComeIsA408() throws {
        let connection = try Connection(ScriptedService(answers: false))
        try connection.send(head + "0123456789")
        connection.pass(ms: 59_000)
        #expect(connection.isOpen)
        #expect(try connection.received() == "")
        connection.pass(ms: 1000)
        let answer = try connection.received()
        #expect(answer.hasPrefix("HTTP/1.1 408") && answer.contains("was not answered within 60000 ms"), "\(answer)")
        #expect(!connection.isOpen)
        connection.answerNext()
        #expect(try connection.received() == "")
        #expect(connection.service.timeouts == 1 && connection.service.statuses == [408])
    }

    /// Requests in one piece are begun one after the other, and the times of each are its own.
    @Test func pipelinedRequestsTakeTurns() throws {
        let connection = try Connection(ScriptedService(answers: false))
        let request = head + "0123456789"
        try connection.send(request + request + "GET /x HT")
        for _ in 0..<2 {
            connection.pass(ms: 20_000)
            connection.answerNext()
            let answer = try connection.received()
            #expect(answer.hasPrefix("HTTP/1.1 200") && answer.hasSuffix("{}"), "\(answer)")
        }
        #expect(connection.service.statuses == [200, 200] && connection.isOpen)
        try connection.send("TP/1.1\r\nHost: x\r\n\r\n")
        connection.answerNext()
        #expect(try connection.received().hasPrefix("HTTP/1.1 200"))
        connection.pass(ms: 10_000)
        #expect(!connection.isOpen)
    }

    @Test func slowAnswersAreNotCutByOtherTimes() throws {
        let connection = try Connection(ScriptedService(answers: false))
        for _ in 0..<3 {
            try connection.send(head + "0123456789")
            connection.pass(ms: 30_000)
            connection.answerNext()
            #expect(try connection.received().hasPrefix("HTTP/1.1 200"))
            connection.pass(ms: 9000)
        }
        #expect(connection.isOpen)
        connection.pass(ms: 1000)
        #expect(!connection.isOpen)
        #expect(connection.service.timeouts == 0 && connection.service.statuses == [200, 200, 200])
    }
}
