import NIOCore
import NIOHTTP1

/// What a connection needs of the server behind it.
protocol ConnectionService: AnyObject, Sendable {
    var isAdmin: Bool { get }
    /// Whether no further request is wanted.
    var isDraining: Bool { get }

    /// False when there are too many connections.
    func connectionOpened(_ channel: any Channel) -> Bool
    func connectionClosed(_ channel: any Channel)
    /// The client went away before its answer.
    func clientLeft()
    func requestTimedOut()

    func requestID(_ head: HTTPRequestHead) -> String
    /// How long this request may take.
    func timeout(_ head: HTTPRequestHead, _ standard: TimeAmount) -> TimeAmount
    /// What is to be said to a request whose body is not here yet, and need not come; nil to read on.
    func refusal(_ request: inout ServerRequest) -> ServerResponse?
    func handle(_ request: ServerRequest, _ respond: @escaping Responder)
}

/// Sees bytes before they are a request, for the time a request may take to arrive.
final class FirstByteHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let connection: ConnectionHandler

    init(_ connection: ConnectionHandler) { self.connection = connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.bytesArrived(context: context)
        context.fireChannelRead(data)
    }
}
