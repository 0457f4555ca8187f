import Synchronization

/// Which server holds which key. Replaced whole when the servers say so; nothing here waits for them.
final class RedisTopology: Sendable {
    private struct State {
        var nodes: [RedisEndpoint: RedisNode] = [:]
        /// The one server that is not a cluster; nil while it is not known.
        var master: RedisNode?
        /// Of each slot of a cluster.
        var slots: [RedisNode?] = []
    }

    private let state = Mutex(State())
    private let make: @Sendable (RedisEndpoint) -> RedisNode

    init(_ make: @escaping @Sendable (RedisEndpoint) -> RedisNode) { self.make = make }

    /// The server for a command of this slot; nil while none is known.
    func node(slot: Int?) -> RedisNode? {
        state.withLock { state in
            if let master = state.master { return master }
            guard let slot else { return state.slots.lazy.compactMap { $0 }.first }
            return slot < state.slots.count ? state.slots[slot] : nil
        }
    }

    /// The server at an address, known or not.
    func node(at endpoint: RedisEndpoint) -> RedisNode {
        state.withLock { state in Self.node(endpoint, &state, make) }
    }

    private static func node(
        _ endpoint: RedisEndpoint, _ state: inout State, _ make: (RedisEndpoint) -> RedisNode
    ) -> RedisNode {
        if let known = state.nodes[endpoint] { return known }
        let fresh = make(endpoint)
        state.nodes[endpoint] = fresh
        return fresh
    }

    /// Every server that holds keys.
    var holders: [RedisNode] {
        state.withLock { state in
            if let master = state.master { return [master] }
            var seen: Set<RedisEndpoint> = []
            return state.slots.compactMap { $0 }.filter { seen.insert($0.endpoint).inserted }
        }
    }

    /// Makes the one server known; what is known of others is dropped.
    func setMaster(_ endpoint: RedisEndpoint) {
        state.withLock { state in
            if state.master?.endpoint == endpoint { return }
            let master = Self.node(endpoint, &state, make)
            state.master = master
            state.nodes = [endpoint: master]
        }
    }

    func setSlots(_ ranges: [(slots: ClosedRange<Int>, endpoint: RedisEndpoint)]) {
        state.withLock { state in
            var slots = [RedisNode?](repeating: nil, count: RedisSlot.count)
            for range in ranges {
                let node = Self.node(range.endpoint, &state, make)
                for slot in range.slots { slots[slot] = node }
            }
            state.slots = slots
            let used = Set(ranges.map(\.endpoint))
            state.nodes = state.nodes.filter { used.contains($0.key) }
        }
    }

    /// One slot has moved.
    func move(slot: Int, to endpoint: RedisEndpoint) {
        state.withLock { state in
            guard slot < state.slots.count else { return }
            state.slots[slot] = Self.node(endpoint, &state, make)
        }
    }
}
