import NIOCore
import NIOHPACK
import NIOHTTP2
import SlipwayProtocol
import SlipwayScheduling

/// What goes out, as frames.
extension CallHandler {
    func send(_ message: [UInt8], _ context: ChannelHandlerContext) {
        writeHead(context)
        var bytes = context.channel.allocator.buffer(capacity: message.count + 5)
        bytes.writeInteger(UInt8(0))
        bytes.writeInteger(UInt32(clamping: message.count))
        bytes.writeBytes(message)
        write(.data(.init(data: .byteBuffer(bytes))), context)
    }

    private func writeHead(_ context: ChannelHandlerContext) {
        guard call?.hasSentHead == false else { return }
        call?.hasSentHead = true
        write(.headers(.init(headers: Self.head(200, call))), context)
    }

    private func write(_ payload: HTTP2Frame.FramePayload, _ context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(payload), promise: nil)
        hasUnflushed = true
    }

    private static func head(_ httpStatus: Int, _ call: Call?) -> HPACKHeaders {
        var headers = HPACKHeaders([(":status", "\(httpStatus)"), ("content-type", "application/grpc")])
        let own = call?.replyHeaders ?? []
        for (name, value) in own { headers.add(name: name.lowercased(), value: value) }
        if let call, !own.contains(where: { $0.0.lowercased() == "x-request-id" }) {
            headers.add(name: "x-request-id", value: call.request.id)
        }
        return headers
    }

    private static func add(_ status: GRPCStatus, to headers: inout HPACKHeaders) {
        headers.add(name: "grpc-status", value: "\(status.code.rawValue)")
        if !status.message.isEmpty { headers.add(name: "grpc-message", value: status.encodedMessage) }
    }

    /// Ends the call. `resets`: the client is told to send no more.
    func finish(_ status: GRPCStatus, resets: Bool, _ context: ChannelHandlerContext) {
        guard let call else { return }
        let now = SteadyClock.now()
        switch call.shape {
        case .single: service.answered(call.head.method, status.code, nanoseconds: now - call.request.ticket.arrival)
        case .watched: service.answered(call.head.method, status.code, nanoseconds: nil)
        // Its messages were counted.
        case .stream where status.code == .ok: break
        case .stream: service.answered(call.head.method, status.code, nanoseconds: nil)
        }
        for pending in call.underWay.values { pending.request.ticket.abandon() }
        self.call?.underWay = [:]
        self.call?.finishedAt = now
        var headers = call.hasSentHead ? HPACKHeaders() : Self.head(200, call)
        self.call?.hasSentHead = true
        Self.add(status, to: &headers)
        end(headers, resets: resets, context)
    }

    /// Answers what is no call of this server.
    func refuse(_ refusal: CallHead.Refusal, isLast: Bool, _ context: ChannelHandlerContext) {
        service.answered(nil, refusal.status.code, nanoseconds: nil)
        var headers = Self.head(refusal.httpStatus, nil)
        for (name, value) in refusal.headers { headers.add(name: name, value: value) }
        Self.add(refusal.status, to: &headers)
        end(headers, resets: !isLast, context)
        context.flush()
    }

    private func end(_ headers: HPACKHeaders, resets: Bool, _ context: ChannelHandlerContext) {
        let done = context.eventLoop.makePromise(of: Void.self)
        if resets {
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            done.futureResult.whenSuccess {
                let (handler, context) = bound.value
                context.writeAndFlush(handler.wrapOutboundOut(.rstStream(.noError)), promise: nil)
            }
        }
        context.write(wrapOutboundOut(.headers(.init(headers: headers, endStream: true))), promise: done)
        hasUnflushed = true
    }
}
