import Foundation

/// A connection to one server and the commands under way on it. Several are moved along by one thread (`RedisExchange`).
///
/// `@unchecked Sendable`: it goes from thread to thread, and one at a time uses it.
final class RedisConnection: @unchecked Sendable {
    private enum Phase { case connecting, open }

    let endpoint: RedisEndpoint
    /// Whether it has answered before.
    private(set) var wasUsed = false
    private(set) var replies: [RedisReply] = []
    private(set) var failure: RedisFailure?
    /// What poll is to wait for.
    private(set) var interest = Int16(POLLOUT)
    private var places: ArraySlice<SocketPlace>
    private let tls: RedisTLS?
    private var socket: RedisSocket
    private let reader: RedisReplies
    private var phase = Phase.connecting
    private var outgoing: [UInt8] = []
    private var sent = 0
    private var expected = 0
    /// Replies to the commands that a connection begins with.
    private var greetings: Int
    private var greeting: [UInt8]
    private static let chunk = 64 << 10

    var descriptor: Int32 { socket.descriptor }
    var isDone: Bool { failure != nil || (sent == outgoing.count && greetings == 0 && replies.count == expected) }

    /// - Parameter greeting: commands that every connection begins with, such as AUTH.
    init(
        _ endpoint: RedisEndpoint, _ places: [SocketPlace], tls: RedisTLS?, greeting: [RedisCommand], limitBytes: Int
    ) throws(RedisFailure) {
        self.endpoint = endpoint
        self.tls = tls
        greetings = greeting.count
        self.greeting = greeting.flatMap(\.bytes)
        reader = try RedisReplies(limitBytes: limitBytes)
        var rest = places[...]
        var opened: RedisSocket?
        var last = RedisFailure.unreachable("the name \(endpoint.host) is not known")
        while opened == nil, let place = rest.popFirst() {
            do {
                opened = try RedisSocket(place, host: endpoint.host, tls: tls)
            } catch { last = error }
        }
        guard let opened else { throw last }
        socket = opened
        self.places = rest
    }

    /// Whether a connection that has nothing under way was ended by the server, or has something to say unasked.
    var isStale: Bool {
        var one = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&one, 1, 0) != 0
    }

    /// Takes commands; `count` replies are expected.
    func begin(_ bytes: [UInt8], count: Int) {
        outgoing = greeting + bytes
        greeting = []
        sent = 0
        replies.removeAll(keepingCapacity: true)
        expected = count
        reader.begin()
        interest = Int16(POLLOUT)
    }

    /// Moves along as far as the socket lets it. What goes wrong is left in `failure`.
    func advance() {
        do throws(RedisFailure) {
            if phase == .connecting, try !connect() { return }
            try write()
            try read()
        } catch { failure = error }
    }

    func fail(_ failure: RedisFailure) { self.failure = failure }

    private func connect() throws(RedisFailure) -> Bool {
        do {
            guard case .waits(let events) = try socket.connected() else {
                phase = .open
                return true
            }
            interest = events
            return false
        } catch {
            // The next address of the same host.
            guard let place = places.popFirst() else { throw error }
            socket = try RedisSocket(place, host: endpoint.host, tls: tls)
            interest = Int16(POLLOUT)
            return false
        }
    }

    private func write() throws(RedisFailure) {
        interest = Int16(POLLIN)
        while sent < outgoing.count {
            var count = 0
            var problem: RedisFailure?
            var step = RedisSocket.Step.done
            outgoing.withUnsafeBytes {
                do throws(RedisFailure) {
                    step = try socket.write(UnsafeRawBufferPointer(rebasing: $0[sent...]), &count)
                } catch { problem = error }
            }
            if let problem { throw problem }
            sent += count
            if case .waits(let events) = step {
                interest |= events
                return
            }
        }
    }

    private func read() throws(RedisFailure) {
        var isOpen = true
        while isOpen, !isDone {
            var problem: RedisFailure?
            withUnsafeTemporaryAllocation(byteCount: Self.chunk, alignment: 1) { buffer in
                do throws(RedisFailure) {
                    var count = 0
                    if case .waits(let events) = try socket.read(buffer, &count) {
                        interest |= events
                        isOpen = false
                    } else {
                        try reader.feed(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                    }
                } catch { problem = error }
            }
            if let problem { throw problem }
            while let reply = try reader.next() {
                try take(reply)
                wasUsed = true
            }
        }
    }

    private func take(_ reply: RedisReply) throws(RedisFailure) {
        if greetings > 0 {
            greetings -= 1
            if let word = reply.errorWord {
                // What follows the word may repeat the command, and with it the password.
                throw Self.isBusy(word) ? .unavailable(String(word)) : .denied(String(word.prefix(20)))
            }
        } else if replies.count < expected {
            replies.append(reply)
        } else {
            throw .malformed("there are more replies than commands")
        }
    }

    static func isBusy(_ word: Substring) -> Bool { ["LOADING", "BUSY", "MASTERDOWN", "CLUSTERDOWN"].contains(word) }
}
