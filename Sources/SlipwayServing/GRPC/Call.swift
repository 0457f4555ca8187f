import NIOCore
import SlipwayProtocol
import SlipwayScheduling

/// A call as its stream's handler keeps it: the state, the messages under way, and since when what is waited for.
final class Call {
    /// A message that is being answered.
    struct Pending {
        let request: ServerRequest
        let encoding: BodyEncoding
    }

    /// How often a watched call looks for changes.
    static let watchPeriod = TimeAmount.milliseconds(250)

    let head: CallHead
    /// The call as a request without its messages; its ticket is that of a call with one message.
    let request: ServerRequest
    /// Nanoseconds that a message may take to its answer.
    private let timeoutNs: UInt64
    var state: CallState
    var underWay: [Int: Pending] = [:]
    /// Sent before the first message.
    var replyHeaders: [(String, String)] = []
    var hasSentHead = false
    var receivingSince: UInt64?
    /// Since when the client has not read what is written.
    var stuckSince: UInt64?
    var finishedAt: UInt64?
    /// What a call of `Watch` is about, what it was told last, and when it is looked again.
    var watched: (service: String, told: CallRoutes.Health?, lookAt: UInt64)?

    init(_ head: CallHead, _ request: ServerRequest, timeoutNs: UInt64, limitBytes: Int) {
        self.head = head
        self.request = request
        self.timeoutNs = timeoutNs
        state = CallState(shape: head.method.shape, limitBytes: limitBytes)
        receivingSince = request.ticket.arrival
    }

    var shape: GRPCMethod.Shape { head.method.shape }

    /// When the call as a whole is to end; nil where the client may go on as long as it likes.
    var deadline: UInt64? {
        shape == .single ? request.ticket.deadline : head.timeoutNs.map { request.ticket.arrival &+ $0 }
    }

    /// The ticket of a message of a stream that has come now.
    func nextTicket() -> Ticket {
        let now = SteadyClock.now()
        return Ticket(arrival: now, deadline: min(now &+ timeoutNs, deadline ?? .max))
    }

    /// The request id of the message of that number.
    func id(_ number: Int) -> String { number == 0 ? request.id : "\(request.id).\(number)" }

    /// When something is to be looked at; nil for never.
    func due(_ limits: ConnectionLimits) -> UInt64? {
        if let finishedAt { return finishedAt &+ UInt64(limits.sendTimeout.nanoseconds) }
        let times = [
            deadline.flatMap { underWay.isEmpty || shape != .single ? $0 : nil },
            underWay.values.lazy.filter { $0.request.ticket.isLive }.map(\.request.ticket.deadline).min(),
            receivingSince.map { $0 &+ UInt64(limits.receiveTimeout.nanoseconds) },
            stuckSince.map { $0 &+ UInt64(limits.sendTimeout.nanoseconds) },
            watched?.lookAt,
        ]
        return times.compactMap { $0 }.min()
    }
}
