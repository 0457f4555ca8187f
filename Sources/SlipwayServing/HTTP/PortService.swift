import Foundation
import Metrics
import NIOCore
import NIOHTTP1
import SlipwayProtocol
import SlipwayScheduling
import Synchronization

/// The server as one of its ports sees it.
final class PortService: ConnectionService {
    let isAdmin: Bool
    private let router: Router
    private let state: ServerState
    private let metrics: ServingMetrics
    private let connections: OpenConnections
    private let maxConnections: Int
    private static let processID = String(UInt32.random(in: 0...(.max)), radix: 16)
    private let counter = Atomic<UInt64>(0)

    init(
        isAdmin: Bool, router: Router, state: ServerState, metrics: ServingMetrics, connections: OpenConnections,
        maxConnections: Int
    ) {
        self.isAdmin = isAdmin
        self.router = router
        self.state = state
        self.metrics = metrics
        self.connections = connections
        self.maxConnections = maxConnections
    }

    var isDraining: Bool { state.isDraining }

    func connectionOpened(_ channel: any Channel) -> Bool {
        guard connections.count < maxConnections, !isDraining else { return false }
        connections.insert(channel)
        return true
    }

    func connectionClosed(_ channel: any Channel) { connections.remove(channel) }

    func clientLeft() { metrics.clientsGone.increment() }

    func timedOut(_ request: ServerRequest) {
        metrics.requestTimeouts.increment()
        request.metrics?.answered(408, nanoseconds: SteadyClock.now() - request.ticket.arrival)
    }

    func answered(_ status: Int) { metrics.answered(status, onAdminPort: isAdmin) }

    /// The caller's id, or one of our own.
    func requestID(_ head: HTTPRequestHead) -> String { requestID(head.headers) }

    func requestID(_ headers: HTTPHeaders) -> String {
        if let given = headers.first(name: "x-request-id"), !given.isEmpty { return HeaderText.safe(given) }
        let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
        return "\(Self.processID)-\(number)"
    }

    /// A caller may ask for less time than the server gives, in milliseconds.
    func timeout(_ head: HTTPRequestHead, _ standard: TimeAmount) -> TimeAmount {
        // Loading a package takes what it takes.
        if isAdmin { return .minutes(30) }
        guard let text = head.headers.first(name: "x-request-timeout-ms"), let ms = Int64(text), ms > 0 else {
            return standard
        }
        return min(.milliseconds(min(ms, 3_600_000)), standard)
    }

    func refusal(_ request: inout ServerRequest) -> ServerResponse? { router.refusal(&request) }

    func handle(_ request: ServerRequest, _ respond: @escaping Responder) { router.route(request, respond) }
}
