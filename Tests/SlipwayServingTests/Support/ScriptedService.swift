import NIOCore
import NIOHTTP1
import Synchronization

@testable import SlipwayServing

/// What a connection needs of a server, kept for a test to look at and answer.
final class ScriptedService: ConnectionService {
    private struct State: Sendable {
        var waiting: [Responder] = []
        var statuses: [Int] = []
        var timeouts = 0
        var left = 0
    }

    private let state = Mutex(State())
    private let answers: Bool

    /// - Parameter answers: whether requests are answered at once; a test does it otherwise.
    init(answers: Bool = true) { self.answers = answers }

    let isAdmin = false
    let isDraining = false

    /// Statuses of the responses that went out.
    var statuses: [Int] { state.withLock { $0.statuses } }
    /// Requests that were answered by their connection.
    var timeouts: Int { state.withLock { $0.timeouts } }
    var left: Int { state.withLock { $0.left } }

    /// Answers the oldest request that waits.
    func answerNext() {
        let respond = state.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
        respond?(.json("{}"))
    }

    func connectionOpened(_: any Channel) -> Bool { true }
    func connectionClosed(_: any Channel) {}
    func clientLeft() { state.withLock { $0.left += 1 } }
    func timedOut(_: ServerRequest) { state.withLock { $0.timeouts += 1 } }
    func answered(_ status: Int) { state.withLock { $0.statuses.append(status) } }
    func requestID(_: HTTPRequestHead) -> String { "id" }
    func timeout(_: HTTPRequestHead, _ standard: TimeAmount) -> TimeAmount { standard }
    func refusal(_: inout ServerRequest) -> ServerResponse? { nil }

    func handle(_: ServerRequest, _ respond: @escaping Responder) {
        if answers { return respond(.json("{}")) }
        state.withLock { $0.waiting.append(respond) }
    }
}
