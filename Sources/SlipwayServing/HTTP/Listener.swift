import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import SlipwayCore
import Synchronization

/// A port that is listened on, and its open connections.
final class Listener: Sendable {
    let address: SocketAddress
    private let channel: any Channel

    private init(channel: any Channel, address: SocketAddress) {
        self.channel = channel
        self.address = address
    }

    var port: Int { address.port ?? 0 }

    /// Throws `ioFailure` naming the address when it cannot be listened on.
    static func open(
        host: String, port: Int, group: any EventLoopGroup, tls: NIOSSLContext?, service: any ConnectionService,
        limits: ConnectionLimits
    ) throws -> Listener {
        try open(host: host, port: port, group: group, allowsHalfClosure: true) { channel in
            try configure(channel, tls: tls, service: service, limits: limits)
        }
    }

    /// - Parameter prepare: puts handlers into the pipeline of a connection; called on its event loop.
    static func open(
        host: String, port: Int, group: any EventLoopGroup, allowsHalfClosure: Bool,
        _ prepare: @escaping @Sendable (any Channel) throws -> Void
    ) throws -> Listener {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try prepare(channel) }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: allowsHalfClosure)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            // Most requests come in one read.
            .childChannelOption(
                .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 4096, initial: 32768, maximum: 1 << 20))
        do {
            let channel = try bootstrap.bind(host: host, port: port).wait()
            guard let address = channel.localAddress else {
                throw SlipwayError(.ioFailure, "\(host):\(port) has no address")
            }
            return Listener(channel: channel, address: address)
        } catch let error as SlipwayError {
            throw error
        } catch {
            throw SlipwayError(
                .ioFailure, "cannot listen on \(host):\(port): \(error)", fix: "choose another port or free this one")
        }
    }

    /// Makes a connection's channel one of HTTP/1.
    static func configure(
        _ channel: any Channel, tls: NIOSSLContext?, service: any ConnectionService, limits: ConnectionLimits
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        let connection = ConnectionHandler(service: service, limits: limits)
        if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
        try pipeline.addHandler(FirstByteHandler(connection))
        try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: true, withErrorHandling: false)
        try pipeline.addHandler(connection)
    }

    /// Accepts no further connections.
    func close() { try? channel.close().wait() }
}

/// The connections of all listeners.
final class OpenConnections: Sendable {
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    var count: Int { channels.withLock { $0.count } }

    func insert(_ channel: any Channel) { channels.withLock { $0[ObjectIdentifier(channel)] = channel } }
    func remove(_ channel: any Channel) { channels.withLock { $0[ObjectIdentifier(channel)] = nil } }

    /// Ends the connections that wait for a request.
    func drain() {
        for channel in channels.withLock({ Array($0.values) }) {
            channel.pipeline.fireUserInboundEventTriggered(DrainEvent())
        }
    }
}
