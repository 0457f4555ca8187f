import SlipwayCore
import SlipwayScheduling
import Synchronization

/// A server, a master that sentinels watch, or a cluster. Commands of one call go to each server in one write, and to all of
/// them at once; what moved meanwhile is asked for where it went.
///
/// Threads may call it together; each call has connections of its own while it lasts. A call waits until its deadline at most.
package final class RedisClient: Sendable {
    package let address: RedisAddress
    private let topology: RedisTopology
    private let discovery: RedisDiscovery
    /// Set when a server failed or moved: whoever refreshes in the background should do it now.
    private let wantsRefresh = Atomic<Bool>(true)
    /// Times a command is sent on to where its slot went.
    private static let rounds = 6

    /// Connects to nobody yet.
    ///
    /// - Throws: `invalidConfig` for TLS files that cannot be used.
    package init(_ address: RedisAddress, _ options: RedisOptions = RedisOptions()) throws {
        self.address = address
        let tls = try address.usesTLS ? RedisTLS(options) : nil
        let hosts = RedisHosts()
        let greeting = Self.greeting(
            user: options.user ?? address.user, password: options.password ?? address.password,
            database: address.mode == .cluster ? 0 : address.database)
        topology = RedisTopology { endpoint in
            RedisNode(endpoint, hosts: hosts, tls: tls, greeting: greeting, options: options)
        }
        var sentinels: [RedisNode] = []
        if case .sentinel = address.mode {
            let greeting = Self.greeting(user: nil, password: options.sentinelPassword, database: 0)
            sentinels = address.endpoints.map {
                RedisNode($0, hosts: hosts, tls: tls, greeting: greeting, options: options)
            }
        }
        discovery = RedisDiscovery(address: address, hosts: hosts, topology: topology, sentinels: sentinels)
    }

    private static func greeting(user: String?, password: String?, database: Int) -> [RedisCommand] {
        var commands: [RedisCommand] = []
        if let password { commands.append(RedisCommand(["AUTH"] + (user.map { [$0] } ?? []) + [password])) }
        if database > 0 { commands.append(RedisCommand(["SELECT", "\(database)"])) }
        return commands
    }

    /// Servers that hold keys, and those of them whose breaker is not closed.
    package var nodeCounts: (all: Int, broken: Int, idleConnections: Int) {
        let nodes = topology.holders
        return (
            nodes.count, nodes.count { $0.breakerState != .closed }, nodes.reduce(0) { $0 + $1.idleCount }
        )
    }

    /// Whether something failed or moved since the last `refresh`.
    package var shouldRefresh: Bool { wantsRefresh.load(ordering: .relaxed) }

    /// Finds out where the servers are. May wait for names and servers: not for requests.
    package func refresh(deadline: UInt64) throws(RedisFailure) {
        wantsRefresh.store(false, ordering: .relaxed)
        do throws(RedisFailure) {
            try discovery.refresh(deadline: deadline)
        } catch {
            wantsRefresh.store(true, ordering: .relaxed)
            throw error
        }
    }

    /// Gives each command its reply, or why there is none. Errors of single commands are replies.
    package func run(_ commands: [RedisCommand], deadline: UInt64) -> [Result<RedisReply, RedisFailure>] {
        var round = CommandRound(commands)
        for turn in 0..<Self.rounds {
            let groups = round.groups(topology)
            if groups.isEmpty { break }
            send(groups, &round, deadline, isLast: turn == Self.rounds - 1)
        }
        if round.wantsRefresh { wantsRefresh.store(true, ordering: .relaxed) }
        return round.results()
    }

    private func send(
        _ groups: [CommandRound.Group], _ round: inout CommandRound, _ deadline: UInt64, isLast: Bool
    ) {
        var open: [(group: CommandRound.Group, connection: RedisConnection)] = []
        for group in groups {
            guard group.node.isAdmitted() else {
                round.fail(group, .breakerOpen)
                continue
            }
            do throws(RedisFailure) {
                let connection = try group.node.connection(fresh: group.isRetry)
                let (bytes, count) = round.bytes(group)
                connection.begin(bytes, count: count)
                open.append((group, connection))
            } catch {
                group.node.failed(error)
                round.fail(group, error)
            }
        }
        // A connection of before may have been ended just now: that is no failure of the server.
        let wereUsed = open.map(\.connection.wasUsed)
        RedisExchange.run(open.map(\.connection), deadline: deadline)
        for ((group, connection), wasUsed) in zip(open, wereUsed) {
            if let failure = connection.failure {
                let isRetried = failure == .closed && wasUsed && !group.isRetry && !isLast
                if !isRetried { group.node.failed(failure) }
                isRetried ? round.retry(group) : round.fail(group, failure)
            } else if let busy = connection.replies.lazy.compactMap(\.errorWord).first(where: RedisConnection.isBusy) {
                group.node.failed(.unavailable(String(busy)))
                round.fail(group, .unavailable(String(busy)))
            } else {
                group.node.finish(connection)
                round.take(group, connection.replies, topology)
            }
        }
    }

    /// Servers that hold keys, for commands that each of them must be given.
    package var holders: [RedisEndpoint] { topology.holders.map(\.endpoint) }

    /// Commands to one server, whatever their keys.
    package func run(
        _ commands: [RedisCommand], at endpoint: RedisEndpoint, deadline: UInt64
    ) throws(RedisFailure) -> [RedisReply] {
        let node = topology.node(at: endpoint)
        let connection = try node.connection()
        connection.begin(commands.flatMap(\.bytes), count: commands.count)
        RedisExchange.run([connection], deadline: deadline)
        node.finish(connection)
        if let failure = connection.failure { throw failure }
        return connection.replies
    }
}
