/// Leaves a server alone that failed several times in a row, and lets one try through now and then to see whether it is back.
package struct CircuitBreaker: Sendable {
    package enum State: Sendable, Equatable { case closed, open, halfOpen }

    package private(set) var state = State.closed
    private let failures: Int
    private let openNs: UInt64
    private var inARow = 0
    private var openedNs: UInt64 = 0

    /// - Parameters:
    ///   - failures: failures in a row that open it.
    ///   - openNs: time until a try is let through, and until the next where that one was never heard of again.
    package init(failures: Int, openNs: UInt64) {
        self.failures = failures
        self.openNs = openNs
    }

    /// Whether a try may go now. In the half-open state one may, until it is told of.
    package mutating func admits(now: UInt64) -> Bool {
        if state == .closed { return true }
        guard now &- openedNs >= openNs else { return false }
        state = .halfOpen
        openedNs = now
        return true
    }

    package mutating func succeeded() {
        state = .closed
        inARow = 0
    }

    package mutating func failed(now: UInt64) {
        inARow += 1
        guard state == .halfOpen || inARow >= failures else { return }
        if state != .open { openedNs = now }
        state = .open
    }
}
