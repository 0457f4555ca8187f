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
        case receiving(HTTPRequestHead, ServerRequest)
        case answering(HTTPRequestHead, ServerRequest)
        /// The client has not taken all of the answer; no further request begins until then.
        case sending(hasBytes: Bool)
        /// The answer went out before the request was here: so many bytes of the rest are dropped, then the connection goes
        /// on or ends.
        case dropping(bytesLeft: Int, keepsAlive: Bool)
        /// Nothing more is read.
        case ending
        case closed
    }

    private let service: any ConnectionService
    private let limits: ConnectionLimits
    private var state = State.idle(hasBytes: false)
    private var alarm: ConnectionAlarm?
    private var hasInputEnded = false
    /// Whether bytes of an answer are on their way.
    private var isSending = false

    init(service: any ConnectionService, limits: ConnectionLimits) {
        self.service = service
        self.limits = limits
    }

    // MARK: Life of the connection

    func channelActive(context: ChannelHandlerContext) {
        guard service.connectionOpened(context.channel) else { return context.close(promise: nil) }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        alarm = ConnectionAlarm(context.eventLoop) {
            let (handler, context) = bound.value
            handler.timeIsUp(context)
        }
        alarm?.set(limits.receiveTimeout)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        alarm?.end()
        alarm = nil
        if case .answering(_, let request) = state, request.ticket.abandon() { service.clientLeft() }
        state = .closed
        service.connectionClosed(context.channel)
        context.fireChannelInactive()
    }

    /// Bytes have come, of which there may be no request yet.
    func bytesArrived(context: ChannelHandlerContext) {
        switch state {
        case .idle(false):
            state = .idle(hasBytes: true)
            alarm?.set(limits.receiveTimeout)
        case .sending(false): state = .sending(hasBytes: true)
        default: return
        }
    }

    /// What was waited for has not come.
    private func timeIsUp(_ context: ChannelHandlerContext) {
        switch state {
        case .receiving(_, let request):
            service.timedOut(request)
            end(.error(408, "the request took too long to arrive", id: request.id), context)
        // The answer is on its way from the thread that claimed it.
        case .answering(_, let request) where !request.ticket.claim(): return
        case .answering(_, let request):
            service.timedOut(request)
            let message = "the request was not answered within \(request.ticket.timeoutMs) ms"
            answer(.error(408, message, id: request.id), context)
        case .idle, .sending, .dropping, .ending, .closed:
            // Half a head is no request to be answered when the connection ends.
            state = .ending
            context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            // A half-closed client still wants the answer under way, and nothing else.
            hasInputEnded = true
            switch state {
            case .answering, .sending: return
            default: context.close(promise: nil)
            }
        } else if event is DrainEvent {
            if case .idle = state { context.close(promise: nil) }
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch state {
        case .idle where error is HTTPParserError && context.channel.isActive,
            .receiving where error is HTTPParserError && context.channel.isActive:
            end(.error(400, "the request is no HTTP/1", id: ""), context)
        case .sending where error is HTTPParserError: state = .ending
        default: context.close(promise: nil)
        }
    }

    // MARK: Receiving

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), .idle): begin(head, context)
        case (.body(let part), .receiving(let head, var request)):
            guard request.body.readableBytes + part.readableBytes <= limits.maxBodyBytes else {
                return refuse(head, tooLarge(request.id), announcedBytes: nil, context)
            }
            // The buffer must be unique to grow in place.
            state = .ending
            if request.body.readableBytes == 0 { request.body = part } else { request.body.writeImmutableBuffer(part) }
            state = .receiving(head, request)
        case (.end, .receiving(let head, let request)): dispatch(head, request, context)
        case (.body(let part), .dropping(let bytesLeft, let keepsAlive)):
            guard part.readableBytes <= bytesLeft else { return context.close(promise: nil) }
            state = .dropping(bytesLeft: bytesLeft - part.readableBytes, keepsAlive: keepsAlive)
        case (.end, .dropping(_, keepsAlive: true)):
            if isSending { return state = .sending(hasBytes: false) }
            state = .idle(hasBytes: false)
            waitForNext(context)
        case (.end, .dropping(_, keepsAlive: false)): context.close(promise: nil)
        default: break
        }
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        if head.headers.contains(name: "transfer-encoding"), head.headers.contains(name: "content-length") {
            return end(.error(400, "both Content-Length and Transfer-Encoding", id: ""), context)
        }
        let arrival = SteadyClock.now()
        let timeout = service.timeout(head, limits.requestTimeout)
        var request = ServerRequest(
            method: head.method, uri: head.uri, path: Self.path(head.uri), headers: head.headers,
            isAdmin: service.isAdmin, localAddress: context.localAddress,
            ticket: Ticket(arrival: arrival, deadline: arrival &+ UInt64(max(timeout.nanoseconds, 0))),
            id: service.requestID(head), trace: TraceContext(header: head.headers.first(name: "traceparent")))
        let announced = request.announcedBytes
        if let announced, announced > limits.maxBodyBytes {
            return refuse(head, tooLarge(request.id), announcedBytes: announced, context)
        }
        if let refusal = service.refusal(&request) { return refuse(head, refusal, announcedBytes: announced, context) }
        if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
            context.writeAndFlush(
                wrapOutboundOut(.head(HTTPResponseHead(version: head.version, status: .continue))), promise: nil)
        }
        state = .receiving(head, request)
        alarm?.set(limits.receiveTimeout)
    }

    private func tooLarge(_ id: String) -> ServerResponse {
        .error(413, "the body is over \(limits.maxBodyBytes) bytes; raise max_body_bytes or send less", id: id)
    }

    /// Answers a request whose body is not here yet. A short rest is dropped, and the connection goes on; before a long one
    /// it ends, once the client has had the time to read the answer.
    private func refuse(
        _ head: HTTPRequestHead, _ response: ServerResponse, announcedBytes: Int?, _ context: ChannelHandlerContext
    ) {
        let isShort = announcedBytes.map { $0 <= limits.maxDroppedBytes } ?? false
        // A client that waits to be asked for the body may send it or not.
        let mayFollow = !head.headers.contains(name: "expect")
        let keepsAlive = isShort && mayFollow && keepsAlive(head, response)
        state = .dropping(bytesLeft: limits.maxDroppedBytes, keepsAlive: keepsAlive)
        write(response, head, keepsAlive: keepsAlive, context)
    }

    private func dispatch(_ head: HTTPRequestHead, _ request: ServerRequest, _ context: ChannelHandlerContext) {
        let ticket = request.ticket
        state = .answering(head, request)
        let now = SteadyClock.now()
        alarm?.set(.nanoseconds(Int64(clamping: ticket.deadline > now ? ticket.deadline - now : 0)))
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        service.handle(request) { response in
            guard ticket.claim() else { return }
            loop.execute {
                let (handler, context) = bound.value
                handler.answer(response, context)
            }
        }
    }

    private static func path(_ uri: String) -> String {
        let bytes = uri.utf8
        let path = bytes.firstIndex(of: UInt8(ascii: "?")).map { String(uri[..<$0]) } ?? uri
        return bytes.contains(UInt8(ascii: "%")) ? path.removingPercentEncoding ?? path : path
    }

    // MARK: Answering

    private func keepsAlive(_ head: HTTPRequestHead, _ response: ServerResponse) -> Bool {
        head.isKeepAlive && !response.closes && !hasInputEnded && !service.isDraining
    }

    /// Answers the request that was received.
    private func answer(_ response: ServerResponse, _ context: ChannelHandlerContext) {
        guard case .answering(let head, _) = state else { return }
        let keepsAlive = keepsAlive(head, response)
        state = keepsAlive ? .sending(hasBytes: false) : .ending
        write(response, head, keepsAlive: keepsAlive, context)
    }

    /// Answers what was received in part, or is no request, and ends the connection.
    private func end(_ response: ServerResponse, _ context: ChannelHandlerContext) {
        state = .ending
        write(response, nil, keepsAlive: false, context)
    }

    private func write(
        _ response: ServerResponse, _ request: HTTPRequestHead?, keepsAlive: Bool, _ context: ChannelHandlerContext
    ) {
        let version = request?.version ?? .http1_1
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
        alarm?.set(limits.sendTimeout)
        service.answered(response.status)
        isSending = true
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let done = context.eventLoop.makePromise(of: Void.self)
        done.futureResult.whenComplete { _ in
            let (handler, context) = bound.value
            handler.finished(context)
        }
        let head = wrapOutboundOut(
            .head(HTTPResponseHead(version: version, status: response.httpStatus, headers: headers)))
        if request?.method == .HEAD || response.body.isEmpty {
            context.writeAndFlush(head, promise: done)
        } else {
            context.write(head, promise: nil)
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: response.body)))), promise: done)
        }
    }

    /// The answer is out: it is ended, which lets the next request in. Before that, a client that takes no answers would have
    /// them pile up here.
    private func finished(_ context: ChannelHandlerContext) {
        isSending = false
        switch state {
        case .sending(let hasBytes):
            state = .idle(hasBytes: hasBytes)
            context.write(wrapOutboundOut(.end(nil)), promise: nil)
            // Requests that follow may have begun in the meantime.
            waitForNext(context)
        case .dropping(_, let keepsAlive):
            // Closed at once, bytes on their way here would take the answer from the client.
            alarm?.set(keepsAlive ? limits.receiveTimeout : limits.lingerTimeout)
            context.write(wrapOutboundOut(.end(nil)), promise: nil)
            if !keepsAlive { context.close(mode: .output, promise: nil) }
        case .ending: context.close(promise: nil)
        case .idle, .receiving, .answering, .closed: return
        }
    }

    private func waitForNext(_ context: ChannelHandlerContext) {
        guard case .idle(let hasBytes) = state else { return }
        alarm?.set(hasBytes ? limits.receiveTimeout : limits.idleTimeout)
        if service.isDraining || hasInputEnded { context.close(promise: nil) }
    }
}

/// Tells connections that wait for a request to end.
struct DrainEvent: Sendable {}
