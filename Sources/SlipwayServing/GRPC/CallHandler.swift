import NIOCore
import NIOHPACK
import NIOHTTP2
import SlipwayProtocol
import SlipwayScheduling

/// Bytes of messages that calls of one connection hold; touched on its event loop only.
final class HeldBytes {
    var bytes = 0
}

/// One HTTP/2 stream: reads the head of its call, does what `CallState` says, keeps the time. Runs on its event loop.
final class CallHandler: ChannelInboundHandler, ChannelOutboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    let service: CallService
    var call: Call?
    /// Bytes that the calls of this connection hold, and this one's share.
    private let held: HeldBytes
    private var ownBytes = 0
    private var alarm: ConnectionAlarm?
    private var hasBegun = false
    /// Whether the channel asked to read while nothing was wanted.
    private var heldRead = false
    /// Whether something is written that is not on its way.
    var hasUnflushed = false

    init(service: CallService, held: HeldBytes) {
        self.service = service
        self.held = held
    }

    // MARK: Life of the stream

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        alarm = ConnectionAlarm(context.eventLoop) {
            let (handler, context) = bound.value
            handler.look(context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        alarm?.end()
        alarm = nil
        if let call, !call.state.isFinished {
            let left = call.underWay.values.count { $0.request.ticket.abandon() }
            if left > 0 { service.port.clientLeft() }
            service.answered(call.head.method, .cancelled, nanoseconds: nil)
        }
        call?.state.abandoned()
        call?.underWay = [:]
        count()
        context.fireChannelInactive()
    }

    /// What went wrong with a stream ends it; the connection goes on.
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is DrainEvent else { return context.fireUserInboundEventTriggered(event) }
        tellHealth(context)
        if let actions = call?.state.drained() { perform(actions, context) }
    }

    // MARK: Reading

    func read(context: ChannelHandlerContext) {
        guard wantsInput(context) else { return heldRead = true }
        context.read()
    }

    /// A client that does not read is not read from either.
    private func wantsInput(_ context: ChannelHandlerContext) -> Bool {
        guard let call else { return true }
        return call.state.isFinished || call.state.wantsInput && context.channel.isWritable
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            call?.stuckSince = nil
        } else if call?.stuckSince == nil {
            call?.stuckSince = SteadyClock.now()
        }
        goOn(context)
        context.fireChannelWritabilityChanged()
    }

    /// Reads on where that was put off, and sets the alarm for what is waited for now.
    private func goOn(_ context: ChannelHandlerContext) {
        if heldRead, wantsInput(context) {
            heldRead = false
            context.read()
        }
        guard let due = call?.due(service.limits) else { return }
        let now = SteadyClock.now()
        alarm?.set(.nanoseconds(Int64(clamping: due > now ? due - now : 0)))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .headers(let headers) where !hasBegun: begin(headers.headers, isLast: headers.endStream, context)
        // Trailers, of which gRPC's clients have none.
        case .headers(let headers): receive(ByteBuffer(), isLast: headers.endStream, context)
        case .data(let data):
            guard case .byteBuffer(let bytes) = data.data else { return }
            receive(bytes, isLast: data.endStream, context)
        default: return
        }
    }

    private func begin(_ headers: HPACKHeaders, isLast: Bool, _ context: ChannelHandlerContext) {
        hasBegun = true
        let now = SteadyClock.now()
        do throws(CallHead.Refusal) {
            let head = try CallHead(headers)
            let timeoutNs = service.timeoutNs(head)
            let ticket = Ticket(arrival: now, deadline: now &+ timeoutNs)
            var request = service.request(head, id: service.port.requestID(head.headers), ticket: ticket)
            let refusal = service.routes.refusal(&request, head.method)
            call = Call(head, request, timeoutNs: timeoutNs, limitBytes: service.limitBytes(head.method))
            if let failure = refusal?.failure { return fail(failure, context) }
            receive(ByteBuffer(), isLast: isLast, context)
        } catch { refuse(error, isLast: isLast, context) }
    }

    private func receive(_ bytes: ByteBuffer, isLast: Bool, _ context: ChannelHandlerContext) {
        guard let actions = call?.state.received(bytes, isLast: isLast) else { return }
        if call?.state.isReceiving != true {
            call?.receivingSince = nil
        } else if call?.receivingSince == nil {
            call?.receivingSince = SteadyClock.now()
        }
        perform(actions, context)
        if held.bytes > service.limits.maxHeldBytes {
            let what =
                "the calls of this connection hold more than \(service.limits.maxHeldBytes) bytes that are not whole"
            fail(GRPCStatus(.resourceExhausted, what), context)
        }
    }

    /// Counts the bytes this call holds now.
    private func count() {
        let now = call?.state.heldBytes ?? 0
        held.bytes += now - ownBytes
        ownBytes = now
    }

    // MARK: Messages

    private func perform(_ actions: [CallState.Action], _ context: ChannelHandlerContext) {
        for action in actions {
            switch action {
            case .deliver(let number, let message): deliver(number, message, context)
            case .send(let bytes): send(bytes, context)
            case .finish(let status, let resets): finish(status, resets: resets, context)
            }
        }
        if hasUnflushed {
            hasUnflushed = false
            context.flush()
        }
        count()
        goOn(context)
    }

    func fail(_ status: GRPCStatus, _ context: ChannelHandlerContext) {
        guard let actions = call?.state.failed(status) else { return }
        perform(actions, context)
    }

    private func deliver(_ number: Int, _ message: MessageReader.Message, _ context: ChannelHandlerContext) {
        guard let call, !call.state.isFinished else { return }
        guard !message.isCompressed || call.head.encoding != nil else {
            let what = "a message says that it is compressed; grpc-encoding does not say how"
            return fail(GRPCStatus(.invalidArgument, what), context)
        }
        var request = call.shape == .single ? call.request : streamed(number, of: call)
        request.body = message.bytes
        let ticket = request.ticket
        let encoding = message.isCompressed ? call.head.encoding ?? .identity : .identity
        if call.shape == .watched { return watch(request, encoding, context) }
        self.call?.underWay[number] = Call.Pending(request: request, encoding: encoding)
        // What nobody waits for any more does not ask for a place in the queue.
        if ticket.deadline <= SteadyClock.now() { return look(context) }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        service.routes.answer(call.head.method, &request, encoding) { response in
            guard ticket.claim() else { return }
            loop.execute {
                let (handler, context) = bound.value
                handler.answer(number, response, context)
            }
        }
        // Now with the model it is for.
        self.call?.underWay[number] = Call.Pending(request: request, encoding: encoding)
    }

    /// A message of a stream as a request of its own.
    private func streamed(_ number: Int, of call: Call) -> ServerRequest {
        var request = service.request(call.head, id: call.id(number), ticket: call.nextTicket())
        request.isAuthorized = call.request.isAuthorized
        return request
    }

    /// The message of that number has its answer.
    func answer(_ number: Int, _ response: ServerResponse, _ context: ChannelHandlerContext) {
        guard let pending = call?.underWay.removeValue(forKey: number), let call else { return }
        if call.shape == .single {
            self.call?.replyHeaders = response.headers
            if let failure = response.failure { return fail(failure, context) }
            return send(answer: number, response.body, context)
        }
        let time = SteadyClock.now() - pending.request.ticket.arrival
        service.answered(call.head.method, response.failure?.code ?? .ok, nanoseconds: time)
        guard let failure = response.failure else {
            return send(answer: number, InferenceReply.streamed(response.body), context)
        }
        let head = pending.request.body.withUnsafeReadableBytes { try? InferenceHead($0, pending.encoding) }
        send(answer: number, InferenceReply.streamed(error: failure.message, id: head?.id ?? ""), context)
    }

    func send(answer number: Int, _ bytes: [UInt8], _ context: ChannelHandlerContext) {
        guard let actions = call?.state.answered(number, bytes) else { return }
        perform(actions, context)
    }

    // MARK: Time

    /// Something that was waited for has not come.
    private func look(_ context: ChannelHandlerContext) {
        guard let call else { return }
        let now = SteadyClock.now()
        let isStuck = call.stuckSince.map { $0 &+ UInt64(service.limits.sendTimeout.nanoseconds) <= now } ?? false
        // The client does not take its answer.
        if call.state.isFinished || isStuck { return context.close(promise: nil) }
        let isLate = call.receivingSince.map { $0 &+ UInt64(service.limits.receiveTimeout.nanoseconds) <= now } ?? false
        if isLate || call.receivingSince != nil && call.deadline.map({ $0 <= now }) ?? false {
            service.port.timedOut(call.request)
            return fail(GRPCStatus(.deadlineExceeded, "the request took too long to arrive"), context)
        }
        for (number, pending) in call.underWay.sorted(by: { $0.key < $1.key })
        where pending.request.ticket.deadline <= now && pending.request.ticket.claim() {
            service.port.timedOut(pending.request)
            let text = "the request was not answered within \(pending.request.ticket.timeoutMs) ms"
            answer(number, .error(408, text, id: pending.request.id), context)
        }
        if call.shape != .single, let deadline = call.deadline, deadline <= now {
            return fail(GRPCStatus(.deadlineExceeded, "the time of the call is over"), context)
        }
        tellHealth(context)
        goOn(context)
    }
}
