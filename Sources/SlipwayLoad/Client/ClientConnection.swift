import Foundation
import NIOCore
import NIOHTTP1

/// One keep-alive connection: a request after the other. Belongs to one event loop.
final class ClientConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private weak var pool: ConnectionPool?
    private let options: ClientOptions
    private let head: HTTPRequestHead
    private var context: ChannelHandlerContext?
    private var exchange: ClientExchange?
    private var response: HTTPResponseHead?
    private var body: [UInt8] = []
    private var bodyBytes = 0
    private var answered = 0
    private var isClosed = false
    /// What ended the connection, where something did.
    private var problem: String?

    init(_ pool: ConnectionPool, _ options: ClientOptions, _ head: HTTPRequestHead) {
        self.pool = pool
        self.options = options
        self.head = head
    }

    var isUsable: Bool { !isClosed && context != nil }

    func start(_ exchange: ClientExchange) {
        guard let context else { return exchange.finish(.failure("the connection is gone")) }
        self.exchange = exchange
        response = nil
        body = []
        bodyBytes = 0
        var head = head
        head.headers.add(name: "Content-Length", value: "\(exchange.body.readableBytes)")
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(exchange.body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    /// Ends the connection; its request, if it has one, has been told.
    func close() {
        exchange = nil
        context?.close(promise: nil)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            // 100 Continue and the like announce the answer that counts.
            if head.status.code >= 200 { response = head }
        case .body(let part):
            bodyBytes += part.readableBytes
            guard bodyBytes <= options.largestAnswer else { return fail("the answer is too long") }
            if options.keepsBodies { body += Array(part.readableBytesView) }
        case .end:
            guard let response, let exchange else { return }
            self.exchange = nil
            answered += 1
            exchange.finish(
                .answer(
                    ClientAnswer(
                        status: Int(response.status.code), body: body, bodyBytes: bodyBytes,
                        modelVersion: response.headers.first(name: "X-Model-Version"))))
            body = []
            if response.isKeepAlive {
                pool?.release(self)
            } else {
                context.close(promise: nil)
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        isClosed = true
        let open = exchange
        exchange = nil
        pool?.forget(self)
        guard let open else { return }
        // A connection kept alive may be closed by the server just when it is used again.
        if answered > 0, response == nil, !open.isResent {
            open.isResent = true
            pool?.send(open)
        } else {
            open.finish(.failure(problem ?? "the connection ended without an answer"))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is HTTPParserError { return fail("the answer is no HTTP") }
        problem =
            "the connection failed: \((error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)")"
        context.close(promise: nil)
    }

    private func fail(_ why: String) {
        let open = exchange
        exchange = nil
        open?.finish(.failure(why))
        context?.close(promise: nil)
    }
}
