import Foundation
import NIOCore
import NIOHTTP1
import SlipwayScheduling

/// One HTTP/1 connection: gathers a request, hands it on, writes the answer; keeps the time. Runs on its event loop.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        /// Between requests; `hasBytes` once some of the next one are here.
        case idle(hasBytes: Bool)
        case receiving(HTTPRequestHead, ByteBuffer, arrival: UInt64)
        /// The rest of a refused request is passed over.
        case refusing
        case answering(HTTPRequestHead, Ticket)
        case closed
    }

    private let service: any ConnectionService
    private let limits: ConnectionLimits
    private var state = State.idle(hasBytes: false)
    private var timer: Scheduled<Void>?
    private var hasInputEnded = false

    init(service: any ConnectionService, limits: ConnectionLimits) {
        self.service = service
        self.limits = limits
    }

    // MARK: Life of the connection

    func channelActive(context: ChannelHandlerContext) {
        guard service.connectionOpened(context.channel) else { return context.close(promise: nil) }
        start(limits.receiveTimeout, context) { $0.close($1) }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        if case .answering(_, let ticket) = state, ticket.abandon() { service.clientLeft() }
        state = .closed
        service.connectionClosed(context.channel)
        context.fireChannelInactive()
    }

    /// Bytes have come, of which there may be no request yet.
    func bytesArrived(context: ChannelHandlerContext) {
        guard case .idle(false) = state else { return }
        state = .idle(hasBytes: true)
        start(limits.receiveTimeout, context) { $0.close($1) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            // A half-closed client still wants the answer under way, and nothing else.
            hasInputEnded = true
            if case .answering = state { return }
            context.close(promise: nil)
        } else if event is DrainEvent {
            if case .idle = state { context.close(promise: nil) }
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch state {
        case .idle where error is HTTPParserError, .receiving where error is HTTPParserError:
            state = .refusing
            write(.error(400, "the request is no HTTP/1", id: ""), context, isLast: true)
        default: context.close(promise: nil)
        }
    }

    private func close(_ context: ChannelHandlerContext) { context.close(promise: nil) }

    private func start(
        _ delay: TimeAmount, _ context: ChannelHandlerContext,
        _ body: @escaping (ConnectionHandler, ChannelHandlerContext) -> Void
    ) {
        timer?.cancel()
        let bound = NIOLoopBound((self, context, body), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: delay) {
            let (handler, context, body) = bound.value
            body(handler, context)
        }
    }

    // MARK: Receiving

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), .idle): begin(head, context)
        case (.body(let part), .receiving(let head, var body, let arrival)):
            guard body.readableBytes + part.readableBytes <= limits.maxBodyBytes else {
                return refuseBody(head, context)
            }
            // The buffer must be unique to grow in place.
            state = .refusing
            if body.readableBytes == 0 { body = part } else { body.writeImmutableBuffer(part) }
            state = .receiving(head, body, arrival: arrival)
        case (.end, .receiving(let head, let body, let arrival)): dispatch(head, body, arrival, context)
        default: break
        }
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        if let length = head.headers.first(name: "content-length").flatMap({ Int($0) }), length > limits.maxBodyBytes {
            return refuseBody(head, context)
        }
        if head.headers.contains(name: "transfer-encoding"), head.headers.contains(name: "content-length") {
            state = .refusing
            return write(.error(400, "both Content-Length and Transfer-Encoding", id: ""), context, isLast: true)
        }
        if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
            context.writeAndFlush(
                wrapOutboundOut(.head(HTTPResponseHead(version: head.version, status: .continue))), promise: nil)
        }
        state = .receiving(head, ByteBuffer(), arrival: SteadyClock.now())
        start(limits.receiveTimeout, context) { handler, context in
            handler.state = .refusing
            handler.service.requestTimedOut()
            handler.write(.error(408, "the request took too long to arrive", id: ""), context, isLast: true)
        }
    }

    private func refuseBody(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        state = .refusing
        write(
            .error(413, "the body is over \(limits.maxBodyBytes) bytes; raise max_body_bytes or send less", id: ""),
            context,
            isLast: true)
    }

    private func dispatch(
        _ head: HTTPRequestHead, _ body: ByteBuffer, _ arrival: UInt64, _ context: ChannelHandlerContext
    ) {
        let timeout = service.timeout(head, limits.requestTimeout)
        let deadline = arrival &+ UInt64(max(timeout.nanoseconds, 0))
        let ticket = Ticket(arrival: arrival, deadline: deadline)
        let id = service.requestID(head)
        state = .answering(head, ticket)
        let now = SteadyClock.now()
        let left = Int64(clamping: deadline > now ? deadline - now : 0)
        start(.nanoseconds(left), context) { handler, context in
            guard ticket.claim() else { return }
            handler.service.requestTimedOut()
            handler.write(
                .error(408, "the request was not answered within \(timeout.nanoseconds / 1_000_000) ms", id: id),
                context)
        }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        let request = ServerRequest(
            method: head.method, uri: head.uri, path: Self.path(head.uri), headers: head.headers, body: body,
            isAdmin: service.isAdmin, localAddress: context.localAddress, ticket: ticket, id: id,
            trace: TraceContext(header: head.headers.first(name: "traceparent")))
        service.handle(request) { response in
            guard ticket.claim() else { return }
            loop.execute {
                let (handler, context) = bound.value
                handler.write(response, context)
            }
        }
    }

    private static func path(_ uri: String) -> String {
        let path = uri.prefix { $0 != "?" }
        return path.removingPercentEncoding ?? String(path)
    }

    // MARK: Answering

    private func write(_ response: ServerResponse, _ context: ChannelHandlerContext, isLast: Bool = false) {
        var isHead = false
        var keepsAlive = !isLast && !response.closes && !hasInputEnded && !service.isDraining
        var version = HTTPVersion.http1_1
        switch state {
        case .answering(let head, _):
            isHead = head.method == .HEAD
            keepsAlive = keepsAlive && head.isKeepAlive
            version = head.version
        case .refusing: keepsAlive = false
        case .idle, .receiving, .closed: return
        }
        var headers = HTTPHeaders()
        headers.reserveCapacity(response.headers.count + 3)
        headers.add(name: "Content-Type", value: response.contentType)
        headers.add(name: "Content-Length", value: "\(response.body.count)")
        for (name, value) in response.headers { headers.add(name: name, value: value) }
        if !keepsAlive {
            headers.add(name: "Connection", value: "close")
        } else if version == .http1_0 {
            headers.add(name: "Connection", value: "keep-alive")
        }
        start(limits.sendTimeout, context) { $0.close($1) }
        let isKept = keepsAlive
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: version, status: response.httpStatus, headers: headers))),
            promise: nil)
        if !isHead, !response.body.isEmpty {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: response.body)))), promise: nil)
        }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let done = context.eventLoop.makePromise(of: Void.self)
        done.futureResult.whenComplete { _ in
            let (handler, context) = bound.value
            handler.finished(context, keepsAlive: isKept)
        }
        if case .answering = state { state = .idle(hasBytes: false) }
        if !keepsAlive { state = .refusing }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: done)
    }

    private func finished(_ context: ChannelHandlerContext, keepsAlive: Bool) {
        guard keepsAlive else { return context.close(promise: nil) }
        // Requests that follow may have begun in the meantime.
        if case .idle(let hasBytes) = state {
            start(hasBytes ? limits.receiveTimeout : limits.idleTimeout, context) { $0.close($1) }
            if service.isDraining { context.close(promise: nil) }
        }
    }
}

/// Tells connections that wait for a request to end.
struct DrainEvent: Sendable {}
