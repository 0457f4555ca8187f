import SlipwayScheduling
import Synchronization

/// One server: connections that have nothing to do, and whether it is spoken to at present.
final class RedisNode: Sendable {
    let endpoint: RedisEndpoint
    private let hosts: RedisHosts
    private let tls: RedisTLS?
    private let greeting: [RedisCommand]
    private let options: RedisOptions
    private let state: Mutex<State>

    private struct State {
        var idle: [RedisConnection] = []
        var breaker: CircuitBreaker
    }

    init(
        _ endpoint: RedisEndpoint, hosts: RedisHosts, tls: RedisTLS?, greeting: [RedisCommand], options: RedisOptions
    ) {
        self.endpoint = endpoint
        self.hosts = hosts
        self.tls = tls
        self.greeting = greeting
        self.options = options
        state = Mutex(
            State(
                breaker: CircuitBreaker(
                    failures: options.breakerFailures, openNs: UInt64(options.breakerMs) * 1_000_000)))
    }

    var breakerState: CircuitBreaker.State { state.withLock { $0.breaker.state } }
    var idleCount: Int { state.withLock { $0.idle.count } }

    func isAdmitted() -> Bool {
        let now = SteadyClock.now()
        return state.withLock { $0.breaker.admits(now: now) }
    }

    func connection(fresh: Bool = false) throws(RedisFailure) -> RedisConnection {
        while !fresh, let known = state.withLock({ $0.idle.popLast() }) {
            if !known.isStale { return known }
        }
        return try RedisConnection(
            endpoint, hosts.places(endpoint), tls: tls, greeting: greeting, limitBytes: options.replyLimitBytes)
    }

    /// Takes a connection back, and what became of its commands.
    func finish(_ connection: RedisConnection) {
        if let failure = connection.failure { return failed(failure) }
        state.withLock { state in
            state.breaker.succeeded()
            if state.idle.count < options.idleConnections { state.idle.append(connection) }
        }
    }

    /// Counts a failure. Other connections of a server that fails are not trusted either.
    func failed(_ failure: RedisFailure) {
        let now = SteadyClock.now()
        let dropped = state.withLock { state -> [RedisConnection] in
            state.breaker.failed(now: now)
            defer { state.idle = [] }
            return state.idle
        }
        // Sockets close here, outside the lock.
        _ = dropped
        if case .unreachable = failure { hosts.forget(endpoint) }
    }
}
