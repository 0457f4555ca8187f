import Synchronization

/// Asks a run to end before its time: what was measured until then is reported.
package final class StopRequest: Sendable {
    private let asked = Atomic(false)

    package init() {}

    package func ask() { asked.store(true, ordering: .releasing) }

    package var isAsked: Bool { asked.load(ordering: .acquiring) }
}
