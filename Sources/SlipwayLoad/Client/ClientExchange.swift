import NIOCore
import SlipwayScheduling

/// One request on its way. Belongs to one event loop.
final class ClientExchange {
    let body: ByteBuffer
    let dueNs: UInt64
    private var done: (@Sendable (ClientReply) -> Void)?
    var timer: Scheduled<Void>?
    /// Sent again on a new connection: the server had closed the one it was first sent on.
    var isResent = false

    init(body: ByteBuffer, dueNs: UInt64, done: @escaping @Sendable (ClientReply) -> Void) {
        self.body = body
        self.dueNs = dueNs
        self.done = done
    }

    var isDone: Bool { done == nil }

    /// The first outcome counts.
    func finish(_ outcome: ClientReply.Outcome) {
        guard let done else { return }
        self.done = nil
        timer?.cancel()
        timer = nil
        done(ClientReply(outcome: outcome, dueNs: dueNs, finishedNs: SteadyClock.now()))
    }
}
