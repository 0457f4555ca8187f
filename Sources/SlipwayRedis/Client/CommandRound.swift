/// Commands that wait for replies, sent round after round to the servers that have their keys.
struct CommandRound {
    /// Commands that go to one server together.
    struct Group {
        let node: RedisNode
        let indices: [Int]
        /// Each is announced, because its slot is on the way there.
        let asks: Bool
        /// They were sent before, on a connection that had ended.
        let isRetry: Bool
    }

    private enum State {
        case waiting
        case asking(RedisEndpoint)
        case retrying
        case done(Result<RedisReply, RedisFailure>)
    }

    private struct Target: Hashable {
        let endpoint: RedisEndpoint
        let asks: Bool
        let isRetry: Bool
    }

    private let commands: [RedisCommand]
    private var states: [State]
    private(set) var wantsRefresh = false
    private static let asking = RedisCommand(["ASKING"])

    init(_ commands: [RedisCommand]) {
        self.commands = commands
        states = Array(repeating: .waiting, count: commands.count)
    }

    /// What has no reply yet, by server.
    mutating func groups(_ topology: RedisTopology) -> [Group] {
        var found: [Target: (node: RedisNode, indices: [Int])] = [:]
        for index in commands.indices {
            let node: RedisNode?
            var asks = false
            var isRetry = false
            switch states[index] {
            case .done: continue
            case .waiting: node = topology.node(slot: commands[index].slot)
            case .retrying:
                node = topology.node(slot: commands[index].slot)
                isRetry = true
            case .asking(let endpoint):
                node = topology.node(at: endpoint)
                asks = true
            }
            guard let node else {
                finish(index, .failure(.unreachable("no server for the key is known yet")))
                continue
            }
            let target = Target(endpoint: node.endpoint, asks: asks, isRetry: isRetry)
            found[target, default: (node, [])].indices.append(index)
        }
        return found.map { Group(node: $1.node, indices: $1.indices, asks: $0.asks, isRetry: $0.isRetry) }
    }

    /// What goes to the server, and how many replies come back.
    func bytes(_ group: Group) -> (bytes: [UInt8], count: Int) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(group.indices.reduce(0) { $0 + commands[$1].bytes.count + (group.asks ? 16 : 0) })
        for index in group.indices {
            if group.asks { bytes += Self.asking.bytes }
            bytes += commands[index].bytes
        }
        return (bytes, group.indices.count * (group.asks ? 2 : 1))
    }

    mutating func fail(_ group: Group, _ failure: RedisFailure) {
        if failure != .breakerOpen { wantsRefresh = true }
        for index in group.indices { states[index] = .done(.failure(failure)) }
    }

    mutating func retry(_ group: Group) { for index in group.indices { states[index] = .retrying } }

    mutating func take(_ group: Group, _ replies: [RedisReply], _ topology: RedisTopology) {
        for (place, index) in group.indices.enumerated() {
            let reply = replies[group.asks ? place * 2 + 1 : place]
            guard case .error(let text) = reply, let target = Self.target(text, from: group.node.endpoint) else {
                if reply.errorWord == "READONLY" { wantsRefresh = true }
                states[index] = .done(.success(reply))
                continue
            }
            if target.isMoved {
                wantsRefresh = true
                topology.move(slot: target.slot, to: target.endpoint)
                states[index] = .waiting
            } else {
                states[index] = .asking(target.endpoint)
            }
        }
    }

    private mutating func finish(_ index: Int, _ result: Result<RedisReply, RedisFailure>) {
        if case .failure = result { wantsRefresh = true }
        states[index] = .done(result)
    }

    func results() -> [Result<RedisReply, RedisFailure>] {
        states.map {
            if case .done(let result) = $0 { return result }
            return .failure(.unavailable("the key moves from server to server"))
        }
    }

    /// `MOVED 3999 host:port` and `ASK 3999 host:port`; without a host it is the one that was asked.
    static func target(
        _ text: String, from asked: RedisEndpoint
    ) -> (isMoved: Bool, slot: Int, endpoint: RedisEndpoint)? {
        let words = text.split(separator: " ")
        guard words.count == 3, words[0] == "MOVED" || words[0] == "ASK", let slot = Int(words[1]),
            (0..<RedisSlot.count).contains(slot), let colon = words[2].lastIndex(of: ":"),
            let port = Int(words[2][words[2].index(after: colon)...]), (1...65535).contains(port)
        else { return nil }
        var host = String(words[2][..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        let endpoint = RedisEndpoint(host: host.isEmpty ? asked.host : host, port: port)
        return (words[0] == "MOVED", slot, endpoint)
    }
}
