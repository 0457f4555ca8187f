import SlipwayCore
import SlipwayScheduling

/// Asks sentinels for the master, and cluster nodes for the slots. May wait for the network: not for requests.
struct RedisDiscovery {
    let address: RedisAddress
    let hosts: RedisHosts
    let topology: RedisTopology
    /// Makes the connections to sentinels, which have a password of their own.
    let sentinels: [RedisNode]

    /// Throws the last failure where nobody could say.
    func refresh(deadline: UInt64) throws(RedisFailure) {
        let known = topology.holders.map(\.endpoint)
        hosts.refresh(address.endpoints + known.filter { !address.endpoints.contains($0) })
        switch address.mode {
        case .single: if let endpoint = address.endpoints.first { topology.setMaster(endpoint) }
        case .sentinel(let master): try askSentinels(master, deadline)
        case .cluster: try askCluster(known, deadline)
        }
    }

    private func askSentinels(_ master: String, _ deadline: UInt64) throws(RedisFailure) {
        var last = RedisFailure.unreachable("no sentinel answers")
        for (index, sentinel) in sentinels.enumerated() {
            // One that is silent must not take the time of the others.
            let end = share(of: deadline, index, sentinels.count)
            let command = RedisCommand(["SENTINEL", "get-master-addr-by-name", master])
            do throws(RedisFailure) {
                let reply = try Self.ask(sentinel, command, end)
                guard let parts = reply.elements, parts.count == 2, let host = parts[0].string,
                    let port = parts[1].string.flatMap({ Int($0) }), (1...65535).contains(port)
                else {
                    last = .unavailable("sentinel \(sentinel.endpoint) knows no master \(master)")
                    continue
                }
                let endpoint = RedisEndpoint(host: host, port: port)
                hosts.refresh([endpoint])
                try checkRole(endpoint, end)
                topology.setMaster(endpoint)
                return
            } catch { last = error }
        }
        throw last
    }

    /// A sentinel may be behind: what it names must call itself master.
    private func checkRole(_ endpoint: RedisEndpoint, _ deadline: UInt64) throws(RedisFailure) {
        let known = topology.node(slot: nil).flatMap { $0.endpoint == endpoint ? $0 : nil }
        let reply = try Self.ask(known ?? topology.node(at: endpoint), RedisCommand(["ROLE"]), deadline)
        // Where ROLE is not allowed, the sentinel is believed.
        guard let role = reply.elements?.first?.string, role != "master" else { return }
        throw .unavailable("\(endpoint) is a \(role)")
    }

    private func askCluster(_ known: [RedisEndpoint], _ deadline: UInt64) throws(RedisFailure) {
        var last = RedisFailure.unreachable("no node of the cluster answers")
        let all = known + address.endpoints.filter { !known.contains($0) }
        for (index, endpoint) in all.enumerated() {
            do throws(RedisFailure) {
                let node = topology.node(at: endpoint)
                let reply = try Self.ask(
                    node, RedisCommand(["CLUSTER", "SLOTS"]), share(of: deadline, index, all.count))
                let ranges = try Self.ranges(reply, askedAt: endpoint)
                hosts.refresh(Array(Set(ranges.map(\.endpoint))))
                topology.setSlots(ranges)
                return
            } catch { last = error }
        }
        throw last
    }

    private func share(of deadline: UInt64, _ index: Int, _ count: Int) -> UInt64 {
        let now = SteadyClock.now()
        return now + (deadline > now ? deadline - now : 0) / UInt64(max(count - index, 1))
    }

    static func ranges(
        _ reply: RedisReply, askedAt: RedisEndpoint
    ) throws(RedisFailure) -> [(slots: ClosedRange<Int>, endpoint: RedisEndpoint)] {
        if case .error(let text) = reply { throw .unavailable(text) }
        var ranges: [(ClosedRange<Int>, RedisEndpoint)] = []
        for entry in reply.elements ?? [] {
            guard let parts = entry.elements, parts.count >= 3, let first = parts[0].number, let last = parts[1].number,
                let node = parts[2].elements, node.count >= 2, let port = node[1].number, (1...65535).contains(port),
                0 <= first, first <= last, last < RedisSlot.count
            else { throw .malformed("the slots of the cluster are not as expected") }
            // A node that does not know its own name is where it was asked.
            let host = node[0].string.flatMap { $0.isEmpty ? nil : $0 } ?? askedAt.host
            ranges.append((Int(first)...Int(last), RedisEndpoint(host: host, port: Int(port))))
        }
        guard !ranges.isEmpty else { throw .unavailable("the cluster has no slots yet") }
        return ranges.map { (slots: $0.0, endpoint: $0.1) }
    }

    /// One command to one server, whatever its breaker says.
    private static func ask(
        _ node: RedisNode, _ command: RedisCommand, _ deadline: UInt64
    ) throws(RedisFailure) -> RedisReply {
        let connection = try node.connection()
        connection.begin(command.bytes, count: 1)
        RedisExchange.run([connection], deadline: deadline)
        node.finish(connection)
        if let failure = connection.failure { throw failure }
        guard let reply = connection.replies.first else { throw .closed }
        return reply
    }
}
