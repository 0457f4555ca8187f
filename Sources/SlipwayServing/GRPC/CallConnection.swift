import NIOCore
import NIOHTTP2
import NIOSSL
import SlipwayScheduling

/// One HTTP/2 connection of gRPC calls: does what `ConnectionKeeper` says. Runs on its event loop.
final class CallConnection: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    private let service: CallService
    private let loop: any EventLoop
    private var keeper: ConnectionKeeper
    private var calls: [HTTP2StreamID: any Channel] = [:]
    private var alarm: ConnectionAlarm?
    private var isCounted = false

    init(service: CallService, loop: any EventLoop) {
        self.service = service
        self.loop = loop
        keeper = ConnectionKeeper(Self.times(service.limits), now: SteadyClock.now())
    }

    private static func times(_ limits: ConnectionLimits) -> ConnectionKeeper.Times {
        let nanoseconds = { (time: TimeAmount) in UInt64(max(time.nanoseconds, 0)) }
        return ConnectionKeeper.Times(
            handshake: nanoseconds(limits.receiveTimeout), idle: nanoseconds(limits.idleTimeout),
            silence: nanoseconds(limits.silenceTimeout), patience: nanoseconds(limits.pingTimeout),
            goodbye: nanoseconds(.seconds(1)))
    }

    /// Puts the handlers of a connection into its pipeline.
    static func prepare(_ channel: any Channel, tls: NIOSSLContext?, service: CallService) throws {
        let pipeline = channel.pipeline.syncOperations
        let connection = CallConnection(service: service, loop: channel.eventLoop)
        let held = NIOLoopBound(HeldBytes(), eventLoop: channel.eventLoop)
        if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
        try pipeline.addHandler(CallBytes(connection))
        try pipeline.addHandler(
            NIOHTTP2Handler(
                mode: .server, eventLoop: channel.eventLoop, connectionConfiguration: connectionSettings(service),
                streamConfiguration: streamSettings(), streamDelegate: Streams(connection)
            ) { stream in
                stream.eventLoop.makeCompletedFuture {
                    try stream.pipeline.syncOperations.addHandler(CallHandler(service: service, held: held.value))
                }
            })
        try pipeline.addHandler(connection)
    }

    private static let streamWindow = 1 << 20

    private static func connectionSettings(_ service: CallService) -> NIOHTTP2Handler.ConnectionConfiguration {
        var settings = NIOHTTP2Handler.ConnectionConfiguration()
        settings.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: service.maxStreams),
            HTTP2Setting(parameter: .maxHeaderListSize, value: 16 << 10),
            HTTP2Setting(parameter: .initialWindowSize, value: streamWindow),
        ]
        settings.targetWindowSize = 4 * streamWindow
        // Refused calls whose messages are still on their way.
        settings.maximumRecentlyResetStreams = 1024
        // Clients ping to measure the line, once for each answer at the most.
        settings.controlFrameRateLimit.maximumCount = 2000
        settings.controlFrameRateLimit.windowLength = .seconds(1)
        return settings
    }

    private static func streamSettings() -> NIOHTTP2Handler.StreamConfiguration {
        var settings = NIOHTTP2Handler.StreamConfiguration()
        settings.targetWindowSize = streamWindow
        settings.outboundBufferSizeHighWatermark = 64 << 10
        settings.outboundBufferSizeLowWatermark = 32 << 10
        // Every call whose time is up at the client is reset by it.
        settings.streamResetFrameRateLimit.maximumCount = 1000
        settings.streamResetFrameRateLimit.windowLength = .seconds(1)
        return settings
    }

    // MARK: Life of the connection

    func channelActive(context: ChannelHandlerContext) {
        guard service.port.connectionOpened(context.channel) else { return context.close(promise: nil) }
        isCounted = true
        let bound = NIOLoopBound((self, context), eventLoop: loop)
        alarm = ConnectionAlarm(loop) {
            let (connection, context) = bound.value
            connection.perform(connection.keeper.woken(at: SteadyClock.now()), context)
        }
        setAlarm()
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        alarm?.end()
        alarm = nil
        if isCounted { service.port.connectionClosed(context.channel) }
        context.fireChannelInactive()
    }

    /// Frames of the connection itself. Pings of the client are answered before they come here.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data).payload {
        case .settings: keeper.opened(at: SteadyClock.now())
        case .ping(let data, ack: true):
            if let ping = ConnectionKeeper.Ping(rawValue: data.integer) { perform(keeper.answered(ping), context) }
        default: break
        }
        setAlarm()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is DrainEvent else { return context.fireUserInboundEventTriggered(event) }
        perform(keeper.drain(at: SteadyClock.now()), context)
        for call in calls.values { call.pipeline.fireUserInboundEventTriggered(DrainEvent()) }
    }

    /// An error of one stream is that stream's: it was reset. After any other the client has had a GOAWAY.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case is NIOHTTP2Errors.StreamError, is NIOHTTP2Errors.NoSuchStream, is NIOHTTP2Errors.StreamClosed,
            is NIOHTTP2Errors.CreatedStreamAfterGoaway, is NIOHTTP2Errors.ForbiddenHeaderField,
            is NIOHTTP2Errors.MissingPseudoHeader, is NIOHTTP2Errors.DuplicatePseudoHeader,
            is NIOHTTP2Errors.UnknownPseudoHeader, is NIOHTTP2Errors.InvalidPseudoHeaders,
            is NIOHTTP2Errors.PseudoHeaderAfterRegularHeader, is NIOHTTP2Errors.EmptyPathHeader,
            is NIOHTTP2Errors.InvalidHTTP2HeaderFieldName, is NIOHTTP2Errors.InvalidHTTP2HeaderFieldValue,
            is NIOHTTP2Errors.ContentLengthViolated:
            return
        default: context.close(promise: nil)
        }
    }

    private func setAlarm() {
        guard let due = keeper.due else { return }
        let now = SteadyClock.now()
        alarm?.set(.nanoseconds(Int64(clamping: due > now ? due - now : 0)))
    }

    private func perform(_ actions: [ConnectionKeeper.Action], _ context: ChannelHandlerContext) {
        for action in actions {
            switch action {
            case .ping(let ping):
                write(.ping(HTTP2PingData(withInteger: ping.rawValue), ack: false), context)
            case .goAway(let last):
                let stream = last.map { HTTP2StreamID($0) } ?? .maxID
                write(.goAway(lastStreamID: stream, errorCode: .noError, opaqueData: nil), context)
            case .close:
                context.flush()
                context.close(promise: nil)
            }
        }
        if !actions.isEmpty { context.flush() }
        setAlarm()
    }

    private func write(_ payload: HTTP2Frame.FramePayload, _ context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(HTTP2Frame(streamID: .rootStream, payload: payload)), promise: nil)
    }

    // MARK: Events of others

    /// Bytes have come, of whatever frame.
    fileprivate func bytesArrived() { keeper.heard(at: SteadyClock.now()) }

    fileprivate func opened(_ id: HTTP2StreamID, _ channel: any Channel) {
        calls[id] = channel
        keeper.streamOpened(Int(id))
        setAlarm()
    }

    /// The frames that ended the stream are written, and perhaps not yet on their way: closing waits a turn for them.
    fileprivate func closed(_ id: HTTP2StreamID, _ channel: any Channel) {
        calls[id] = nil
        let actions = keeper.streamClosed(at: SteadyClock.now())
        setAlarm()
        guard !actions.isEmpty, let parent = channel.parent else { return }
        loop.execute { parent.close(promise: nil) }
    }
}

/// Sees every read of a connection before its frames are told apart, and gathers what calls write in one turn of the event loop
/// into one write to the socket.
private final class CallBytes: ChannelInboundHandler, ChannelOutboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer

    private let connection: CallConnection
    private var isFlushDue = false

    init(_ connection: CallConnection) { self.connection = connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.bytesArrived()
        context.fireChannelRead(data)
    }

    func flush(context: ChannelHandlerContext) {
        guard !isFlushDue else { return }
        isFlushDue = true
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.execute {
            let (bytes, context) = bound.value
            bytes.isFlushDue = false
            context.flush()
        }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        context.flush()
        context.close(mode: mode, promise: promise)
    }
}

/// Streams of a connection as they come and go; told on its event loop.
private struct Streams: NIOHTTP2StreamDelegate {
    private let connection: NIOLoopBound<CallConnection>

    init(_ connection: CallConnection) { self.connection = connection.bound }

    func streamCreated(_ id: HTTP2StreamID, channel: any Channel) { connection.value.opened(id, channel) }
    func streamClosed(_ id: HTTP2StreamID, channel: any Channel) { connection.value.closed(id, channel) }
}

extension CallConnection {
    fileprivate var bound: NIOLoopBound<CallConnection> { NIOLoopBound(self, eventLoop: loop) }
}
