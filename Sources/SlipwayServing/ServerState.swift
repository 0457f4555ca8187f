import Synchronization

/// Whether the server is on its way out.
final class ServerState: Sendable {
    private let draining = Atomic<Bool>(false)
    private let stopped = Atomic<Bool>(false)

    var isDraining: Bool { draining.load(ordering: .acquiring) }
    /// True for the first call only.
    func stop() -> Bool { !stopped.exchange(true, ordering: .acquiringAndReleasing) }
    func drain() { draining.store(true, ordering: .releasing) }
}
