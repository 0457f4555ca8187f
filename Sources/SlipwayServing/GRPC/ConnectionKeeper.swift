/// One HTTP/2 connection as a whole: how long it is kept, and how it is left. Events in, actions out, times in nanoseconds of
/// any clock that never goes back.
///
/// It is left in two steps, so that no call is lost: the client is told to begin no further ones, and when it says that it has
/// heard so, which were the last. swift-nio-http2's own handler for this waits without end for a client that has gone silent.
package struct ConnectionKeeper {
    package struct Times: Sendable {
        /// For a client to begin speaking HTTP/2.
        package var handshake: UInt64
        /// Without a call.
        package var idle: UInt64
        /// Without a word while calls are under way; then the client is asked whether it is there.
        package var silence: UInt64
        /// For the client to say so.
        package var patience: UInt64
        /// For the client to say that it has heard the goodbye.
        package var goodbye: UInt64

        package init(handshake: UInt64, idle: UInt64, silence: UInt64, patience: UInt64, goodbye: UInt64) {
            self.handshake = handshake
            self.idle = idle
            self.silence = silence
            self.patience = patience
            self.goodbye = goodbye
        }
    }

    package enum Ping: UInt64, Sendable { case areYouThere = 1, goodbye = 2 }

    package enum Action: Equatable, Sendable {
        case ping(Ping)
        /// GOAWAY; `last` is the last stream that is answered, nil while any may be.
        case goAway(last: Int?)
        case close
    }

    private enum Phase: Equatable {
        case opening, open
        /// The goodbye is on its way.
        case leaving(since: UInt64)
        /// The last calls are under way.
        case left
        case closed
    }

    private let times: Times
    private var phase = Phase.opening
    private var streams = 0
    private var lastStream = 0
    /// When the client was last heard of, or the last call ended.
    private var heard: UInt64
    private var idleSince: UInt64
    private var asked: UInt64?

    package init(_ times: Times, now: UInt64) {
        self.times = times
        heard = now
        idleSince = now
    }

    /// When it wants to be woken; nil for never.
    package var due: UInt64? {
        switch phase {
        case .opening: return idleSince &+ times.handshake
        case .leaving(let since): return since &+ times.goodbye
        case .open where streams == 0: return idleSince &+ times.idle
        case .open, .left: return asked.map { $0 &+ times.patience } ?? heard &+ times.silence
        case .closed: return nil
        }
    }

    // MARK: Events

    /// Bytes have come.
    package mutating func heard(at now: UInt64) {
        heard = now
        asked = nil
    }

    /// The client has sent its settings: it speaks HTTP/2.
    package mutating func opened(at now: UInt64) {
        guard phase == .opening else { return }
        phase = .open
        idleSince = now
    }

    package mutating func streamOpened(_ id: Int) {
        streams += 1
        lastStream = max(lastStream, id)
    }

    package mutating func streamClosed(at now: UInt64) -> [Action] {
        streams = max(0, streams - 1)
        if streams == 0 { idleSince = now }
        return streams == 0 && phase == .left ? close() : []
    }

    /// The client has answered a ping.
    package mutating func answered(_ ping: Ping) -> [Action] {
        guard ping == .goodbye, case .leaving = phase else { return [] }
        return leave()
    }

    /// No further call is wanted.
    package mutating func drain(at now: UInt64) -> [Action] {
        switch phase {
        case .opening: return close()
        case .open:
            phase = .leaving(since: now)
            return [.goAway(last: nil), .ping(.goodbye)]
        case .leaving, .left, .closed: return []
        }
    }

    /// The time it wanted to be woken at has come; too early does nothing.
    package mutating func woken(at now: UInt64) -> [Action] {
        guard let due, due <= now else { return [] }
        switch phase {
        case .opening: return close()
        case .leaving: return leave()
        case .open where streams == 0: return drain(at: now)
        case .open, .left:
            guard asked == nil else { return close() }
            asked = now
            return [.ping(.areYouThere)]
        case .closed: return []
        }
    }

    private mutating func leave() -> [Action] {
        phase = .left
        return [.goAway(last: lastStream)] + (streams == 0 ? close() : [])
    }

    private mutating func close() -> [Action] {
        phase = .closed
        return [.close]
    }
}
