import Synchronization

/// Whether the server is on its way out.
final class ServerState: Sendable {
    private let draining = Atomic<Bool>(false)

    var isDraining: Bool { draining.load(ordering: .acquiring) }
    func drain() { draining.store(true, ordering: .releasing) }
}
