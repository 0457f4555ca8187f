import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import SlipwayScheduling

/// The connections of one event loop to one server, and the requests that wait for one.
///
/// `@unchecked Sendable`: everything happens on the event loop.
final class ConnectionPool: @unchecked Sendable {
    let loop: any EventLoop
    private let address: ServerAddress
    private let options: ClientOptions
    private let limit: Int
    private let tls: NIOSSLContext?
    private let head: HTTPRequestHead
    private var idle: [ClientConnection] = []
    private var busy: [ObjectIdentifier: (connection: ClientConnection, exchange: ClientExchange)] = [:]
    private var waiting: CircularBuffer<ClientExchange> = []
    private var open = 0
    private var connecting = 0
    private var isStopped = false

    init(_ loop: any EventLoop, _ address: ServerAddress, _ options: ClientOptions, limit: Int, tls: NIOSSLContext?) {
        self.loop = loop
        self.address = address
        self.options = options
        self.limit = max(limit, 1)
        self.tls = tls
        var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: address.path)
        head.headers.add(name: "Host", value: address.hostHeader)
        head.headers.add(name: "Content-Type", value: "application/octet-stream")
        if let token = options.token { head.headers.add(name: "Authorization", value: token) }
        self.head = head
    }

    /// Sends a request when there is a connection for it; when its time is up, it ends wherever it is.
    func send(_ exchange: ClientExchange) {
        guard !isStopped else { return exchange.finish(.failure("the client was stopped")) }
        if exchange.timer == nil {
            let end = exchange.dueNs + UInt64(max(options.timeoutMs, 1)) * 1_000_000
            let now = SteadyClock.now()
            let left = end > now ? Int64(clamping: end - now) : 0
            exchange.timer = loop.assumeIsolated().scheduleTask(in: .nanoseconds(left)) { [self] in expire(exchange) }
        }
        waiting.append(exchange)
        serve()
    }

    /// Takes back a connection whose request is answered.
    func release(_ connection: ClientConnection) {
        busy[ObjectIdentifier(connection)] = nil
        if isStopped { return connection.close() }
        idle.append(connection)
        serve()
    }

    func forget(_ connection: ClientConnection) {
        busy[ObjectIdentifier(connection)] = nil
        idle.removeAll { $0 === connection }
        open -= 1
        serve()
    }

    func stop() {
        isStopped = true
        for entry in busy.values {
            entry.exchange.finish(.failure("the client was stopped"))
            entry.connection.close()
        }
        for exchange in waiting { exchange.finish(.failure("the client was stopped")) }
        waiting.removeAll()
        for connection in idle { connection.close() }
    }

    private func expire(_ exchange: ClientExchange) {
        guard !exchange.isDone else { return }
        exchange.finish(.timeout)
        // The connection may still bring the answer, so that it is of no more use.
        busy.values.first { $0.exchange === exchange }?.connection.close()
    }

    private func serve() {
        while let next = waiting.first {
            if next.isDone {
                waiting.removeFirst()
                continue
            }
            guard let connection = idle.popLast() else { break }
            guard connection.isUsable else { continue }
            waiting.removeFirst()
            busy[ObjectIdentifier(connection)] = (connection, next)
            connection.start(next)
        }
        while connecting < waiting.count, open < limit, !isStopped { connect() }
    }

    private func connect() {
        open += 1
        connecting += 1
        let connection = ClientConnection(self, options, head)
        let host = address.host
        let hostName = (try? SocketAddress(ipAddress: host, port: 0)) == nil ? host : nil
        // Everything stays on this pool's event loop.
        let bound = NIOLoopBound(connection, eventLoop: loop)
        ClientBootstrap(group: loop).connectTimeout(.milliseconds(Int64(max(options.timeoutMs, 1))))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { [tls] channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls {
                        try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: hostName))
                    }
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(bound.value)
                }
            }
            .connect(host: host, port: address.port).whenComplete { [self] result in
                connecting -= 1
                switch result {
                case .success:
                    if isStopped { return bound.value.close() }
                    idle.append(bound.value)
                    serve()
                case .failure(let error):
                    open -= 1
                    while let first = waiting.popFirst() {
                        if first.isDone { continue }
                        first.finish(.failure(Self.reason(error)))
                        break
                    }
                    serve()
                }
            }
    }

    private static func reason(_ error: any Error) -> String {
        if let error = error as? NIOConnectionError {
            let inner = error.connectionErrors.first.map { $0.error } ?? error
            let known = (inner as? IOError).map { String(cString: strerror($0.errnoCode)) }
            return "cannot connect: \(known ?? "\(inner)")"
        }
        return "cannot connect: \(error)"
    }
}
