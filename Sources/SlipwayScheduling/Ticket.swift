import Synchronization

/// One job in flight, as its caller sees it: it may be called off, and it knows its deadline.
package final class Ticket: Sendable {
    package enum State: UInt8, AtomicRepresentable, Sendable { case live, abandoned, answered }

    /// Nanoseconds of the steady clock.
    package let arrival: UInt64
    package let deadline: UInt64
    private let state = Atomic<State>(.live)

    package init(arrival: UInt64, deadline: UInt64) {
        self.arrival = arrival
        self.deadline = deadline
    }

    /// The caller has gone. False when the answer was given already.
    @discardableResult
    package func abandon() -> Bool {
        state.compareExchange(expected: .live, desired: .abandoned, ordering: .acquiringAndReleasing).exchanged
    }

    /// Claims the right to answer; only the first claim succeeds.
    package func claim() -> Bool {
        state.compareExchange(expected: .live, desired: .answered, ordering: .acquiringAndReleasing).exchanged
    }

    /// Milliseconds from arrival to the deadline.
    package var timeoutMs: UInt64 { (deadline &- arrival) / 1_000_000 }

    package var isLive: Bool { state.load(ordering: .acquiring) == .live }
}
