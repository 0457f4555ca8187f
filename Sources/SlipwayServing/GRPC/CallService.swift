import NIOCore
import NIOHTTP1
import SlipwayProtocol
import SlipwayScheduling

/// The server as one of its gRPC ports sees it.
final class CallService: Sendable {
    let port: PortService
    let routes: CallRoutes
    let limits: ConnectionLimits
    let maxStreams: Int
    private let metrics: CallMetrics

    init(
        port: PortService, routes: CallRoutes, limits: ConnectionLimits, maxStreams: Int, metrics: CallMetrics
    ) {
        self.port = port
        self.routes = routes
        self.limits = limits
        self.maxStreams = maxStreams
        self.metrics = metrics
    }

    /// Nanoseconds that a message may take to its answer.
    func timeoutNs(_ head: CallHead) -> UInt64 {
        // Loading a package takes what it takes.
        let standard = UInt64((port.isAdmin ? TimeAmount.minutes(30) : limits.requestTimeout).nanoseconds)
        return min(head.timeoutNs ?? standard, standard)
    }

    /// Bytes a message may have.
    func limitBytes(_ method: GRPCMethod) -> Int {
        method.isInference ? limits.maxBodyBytes : min(CallRoutes.controlBytes, limits.maxBodyBytes)
    }

    /// A call as a request, without its message.
    func request(_ head: CallHead, id: String, ticket: Ticket) -> ServerRequest {
        ServerRequest(
            method: .POST, uri: head.path, path: head.path, headers: head.headers, isAdmin: port.isAdmin,
            localAddress: nil, ticket: ticket, id: id,
            trace: TraceContext(header: head.headers.first(name: "traceparent")))
    }

    func answered(_ method: GRPCMethod?, _ code: GRPCStatus.Code, nanoseconds: UInt64?) {
        metrics.answered(method, code, nanoseconds: nanoseconds)
    }
}
