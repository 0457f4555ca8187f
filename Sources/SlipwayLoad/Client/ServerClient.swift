import Foundation
package import NIOCore
import NIOPosix
import NIOSSL
import SlipwayCore
import SlipwayScheduling
import Synchronization

/// Asks one server over keep-alive connections, as many as are needed up to a limit.
package final class ServerClient: Sendable {
    package let address: ServerAddress
    private let group: MultiThreadedEventLoopGroup
    private let pools: [ConnectionPool]
    private let turn = Atomic<Int>(0)

    /// Throws `invalidConfig` for a file of authorities that cannot be used.
    package init(_ address: ServerAddress, _ options: ClientOptions) throws {
        self.address = address
        let tls = address.isSecure ? try Self.tls(options) : nil
        let threads = max(1, min(options.threads, options.connections))
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        self.group = group
        let share = (max(options.connections, 1) + threads - 1) / threads
        pools = (0..<threads).map { _ in
            ConnectionPool(group.next(), address, options, limit: share, tls: tls)
        }
    }

    /// Sends a request that was due at `dueNs`; `done` is called once, on a thread of the network.
    package func send(_ body: ByteBuffer, dueNs: UInt64, done: @escaping @Sendable (ClientReply) -> Void) {
        let pool = pools[turn.wrappingAdd(1, ordering: .relaxed).oldValue % pools.count]
        pool.loop.execute { pool.send(ClientExchange(body: body, dueNs: dueNs, done: done)) }
    }

    /// Sends a request and waits for what becomes of it. Not for threads of the network.
    package func ask(_ body: [UInt8]) -> ClientReply {
        let box = ReplyBox()
        let signal = DispatchSemaphore(value: 0)
        let now = SteadyClock.now()
        send(ByteBuffer(bytes: body), dueNs: now) {
            box.set($0)
            signal.signal()
        }
        signal.wait()
        return box.value ?? ClientReply(outcome: .failure("no answer"), dueNs: now, finishedNs: now)
    }

    /// Ends all connections; requests under way fail.
    package func stop() {
        for pool in pools { pool.loop.execute { pool.stop() } }
        try? group.syncShutdownGracefully()
    }

    private static func tls(_ options: ClientOptions) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        do {
            if let path = options.authorities {
                configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(path))
            }
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw SlipwayError(
                .invalidConfig, "\(options.authorities ?? "the system's authorities") cannot be used for TLS: \(error)",
                fix: "give a PEM file with certificates")
        }
    }
}

private final class ReplyBox: Sendable {
    private let held = Mutex<ClientReply?>(nil)
    var value: ClientReply? { held.withLock { $0 } }
    func set(_ reply: ClientReply) { held.withLock { $0 = reply } }
}
