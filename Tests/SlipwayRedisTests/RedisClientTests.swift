import SlipwayCore
import SlipwayScheduling
import SlipwayTestSupport
import Testing

@testable import SlipwayRedis

/// Against real servers on this machine.
@Suite(.enabled(if: RedisServer.isInstalled, RedisServer.isMissing))
struct RedisClientTests {
    private static func soon(_ milliseconds: UInt64 = 20_000) -> UInt64 { SteadyClock.now() + milliseconds * 1_000_000 }

    private func client(_ address: String, _ options: RedisOptions = RedisOptions()) throws -> RedisClient {
        let client = try RedisClient(RedisAddress(address), options)
        try client.refresh(deadline: Self.soon())
        return client
    }

    private func set(_ count: Int) -> [RedisCommand] {
        (0..<count).map { RedisCommand(["SET", "key:\($0)", "value \($0)"], key: 1) }
    }

    private func get(_ count: Int) -> [RedisCommand] { (0..<count).map { RedisCommand(["GET", "key:\($0)"], key: 1) } }

    private func texts(_ client: RedisClient, _ commands: [RedisCommand]) -> [String?] {
        client.run(commands, deadline: Self.soon()).map { try? $0.get().string }
    }

    @Test func manyCommandsGoTogetherAndErrorsAreTheirOwn() throws {
        let server = try RedisServer()
        let client = try client("redis://127.0.0.1:\(server.port)/2")
        _ = client.run(set(3000), deadline: Self.soon())
        #expect(texts(client, get(3000)) == (0..<3000).map { "value \($0)" })
        #expect(try server.ask("get", "key:7", options: ["-n", "2"]) == "value 7", "the database is the address's")
        let mixed = client.run(
            [
                RedisCommand(["GET", "nobody"], key: 1), RedisCommand(["HGET", "key:1", "x"], key: 1),
                RedisCommand([Array("SET".utf8), [0, 0xff, 0x0d, 0x0a], []], key: 1),
                RedisCommand([Array("GET".utf8), [0, 0xff, 0x0d, 0x0a]], key: 1),
                RedisCommand(["MGET", "key:1", "key:2"], key: 1), RedisCommand(["DBSIZE"]),
            ], deadline: Self.soon())
        let replies = try mixed.map { try $0.get() }
        #expect(replies[0] == .null && replies[1].errorWord == "WRONGTYPE" && replies[3] == .text([]))
        #expect(replies[4].elements?.map(\.string) == ["value 1", "value 2"] && replies[5] == .integer(3001))
        // A server that was away in between is no failure.
        server.end()
        try server.begin()
        #expect(texts(client, [RedisCommand(["PING"])]) == ["PONG"])
        #expect(client.nodeCounts.broken == 0)
    }

    @Test func passwordsAreUsedAndNotShown() throws {
        let server = try RedisServer(["--requirepass", "se cret"])
        #expect(texts(try client("redis://:se%20cret@127.0.0.1:\(server.port)"), [RedisCommand(["PING"])]) == ["PONG"])
        try server.ask("acl", "setuser", "reader", "on", ">other", "~*", "+@read", "+ping", options: ["-a", "se cret"])
        var options = RedisOptions()
        (options.user, options.password) = ("reader", "other")
        #expect(texts(try client("redis://127.0.0.1:\(server.port)", options), [RedisCommand(["PING"])]) == ["PONG"])
        for (address, word) in [("redis://:hunter2@", "WRONGPASS"), ("redis://x:hunter2@", "WRONGPASS")] {
            let client = try client("\(address)127.0.0.1:\(server.port)")
            let result = client.run([RedisCommand(["PING"])], deadline: Self.soon())[0]
            #expect(result == .failure(.denied(word)))
            #expect(!"\(result)".contains("hunter2"))
        }
        let without = try client("redis://127.0.0.1:\(server.port)").run(
            [RedisCommand(["PING"])], deadline: Self.soon())
        #expect(try without[0].get().errorWord == "NOAUTH")
        let far = try client("redis://:se%20cret@127.0.0.1:\(server.port)/99").run(get(1), deadline: Self.soon())
        #expect(far[0] == .failure(.denied("ERR")))
    }

    /// A server that takes connections and never answers costs the time given, then nothing; it is tried again later.
    @Test func aSilentServerIsLeftAlone() throws {
        let server = try RedisServer()
        var options = RedisOptions()
        (options.breakerFailures, options.breakerMs) = (2, 300)
        let client = try client("redis://127.0.0.1:\(server.port)", options)
        #expect(texts(client, [RedisCommand(["PING"])]) == ["PONG"])
        server.freeze()
        for _ in 0..<2 {
            let start = SteadyClock.now()
            #expect(client.run(get(2), deadline: start + 50_000_000) == [.failure(.timeout), .failure(.timeout)])
            let elapsed = SteadyClock.now() - start
            #expect(elapsed >= 50_000_000 && elapsed < 5_000_000_000, "\(elapsed) ns")
        }
        let start = SteadyClock.now()
        #expect(client.run(get(1), deadline: Self.soon()) == [.failure(.breakerOpen)])
        #expect(client.nodeCounts.broken == 1 && SteadyClock.now() - start < 50_000_000)
        SteadySleep.until(SteadyClock.now() + 350_000_000)
        // One try goes through, and fails again.
        #expect(client.run(get(1), deadline: SteadyClock.now() + 50_000_000) == [.failure(.timeout)])
        #expect(client.run(get(1), deadline: Self.soon()) == [.failure(.breakerOpen)])
        server.wake()
        SteadySleep.until(SteadyClock.now() + 350_000_000)
        #expect(texts(client, [RedisCommand(["PING"])]) == ["PONG"])
        #expect(client.nodeCounts.broken == 0)
    }

    @Test func nobodyIsThere() throws {
        let client = try client("redis://127.0.0.1:\(try LoopbackPort.free())")
        let result = client.run(get(1), deadline: Self.soon())[0]
        guard case .failure(.unreachable(let reason)) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(reason.contains("refused") && client.shouldRefresh)
    }

    /// What answers is not Redis.
    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\n\r\n", "*3\r\n$-5\r\n", "$9999999999999\r\n", "+PONG\r\n+MORE\r\n", ":x\r\n",
        "*-7\r\n",
    ])
    func otherProtocolsAreRefused(_ answer: String) throws {
        let server = try RepeatingServer(answer)
        let client = try client("redis://127.0.0.1:\(server.port)")
        let start = SteadyClock.now()
        let result = client.run(get(1), deadline: start + 300_000_000)[0]
        switch result {
        case .failure(.malformed), .failure(.timeout), .failure(.closed): break
        default: Issue.record("\(result)")
        }
    }

    // MARK: Clusters

    @Test func aClusterIsAskedNodeByNodeAndFollowed() throws {
        let cluster = try RedisCluster()
        // One of them is enough to find the others.
        let client = try client("redis-cluster://127.0.0.1:\(cluster.nodes[1].port)")
        #expect(client.nodeCounts.all == 3)
        _ = client.run(set(300), deadline: Self.soon())
        #expect(texts(client, get(300)) == (0..<300).map { "value \($0)" })
        let sizes = try cluster.nodes.map { Int(try $0.ask("dbsize")) ?? 0 }
        #expect(sizes.allSatisfy { $0 > 50 } && sizes.reduce(0, +) == 300, "\(sizes)")

        // A slot on its way: some keys have gone already (ASK), then all (MOVED).
        let slot = RedisSlot.of(Array("key:1".utf8))
        let source = try #require(try cluster.nodes.first { try $0.ask("exists", "key:1") == "1" })
        let target = try #require(cluster.nodes.first { $0 !== source })
        let (from, to) = (try source.ask("cluster", "myid"), try target.ask("cluster", "myid"))
        try target.ask("cluster", "setslot", "\(slot)", "importing", from)
        try source.ask("cluster", "setslot", "\(slot)", "migrating", to)
        #expect(try source.ask("migrate", "127.0.0.1", "\(target.port)", "key:1", "0", "5000") == "OK")
        #expect(texts(client, get(300)) == (0..<300).map { "value \($0)" })
        for node in cluster.nodes { try node.ask("cluster", "setslot", "\(slot)", "node", to) }
        try client.refresh(deadline: Self.soon())
        let other = try self.client(cluster.address)
        // The other way, unseen by the client.
        try source.ask("cluster", "setslot", "\(slot)", "importing", to)
        try target.ask("cluster", "setslot", "\(slot)", "migrating", from)
        try target.ask("migrate", "127.0.0.1", "\(source.port)", "key:1", "0", "5000")
        for node in [source, target] { try node.ask("cluster", "setslot", "\(slot)", "node", from) }
        #expect(!other.shouldRefresh)
        #expect(texts(other, get(300)) == (0..<300).map { "value \($0)" })
        #expect(other.shouldRefresh, "MOVED asks for a look at the slots")

        // One node away: the keys of the others are answered.
        source.end()
        let results = other.run(get(300), deadline: Self.soon(3000))
        let known = results.compactMap { try? $0.get().string }
        #expect(known.count >= 100 && known.count < 300)
        let lost = other.run([RedisCommand(["GET", "key:1"], key: 1)], deadline: Self.soon(3000))[0]
        #expect(throws: RedisFailure.self) { try lost.get() }
    }

    // MARK: Sentinels

    @Test func theMasterIsFollowed() throws {
        let master = try RedisServer()
        let replica = try RedisServer(["--replicaof", "127.0.0.1 \(master.port)"])
        let sentinel = try RedisServer(
            config: """
                sentinel monitor main 127.0.0.1 \(master.port) 1
                sentinel down-after-milliseconds main 300
                sentinel failover-timeout main 2000

                """, isSentinel: true)
        let silent = try LoopbackPort.free()
        let client = try client("redis-sentinel://127.0.0.1:\(silent),127.0.0.1:\(sentinel.port)/main")
        #expect(client.holders.map(\.port) == [master.port])
        _ = client.run(set(10), deadline: Self.soon())
        func until(_ condition: () throws -> Bool) rethrows -> Bool {
            for _ in 0..<600 {
                if try condition() { return true }
                SteadySleep.until(SteadyClock.now() + 50_000_000)
            }
            return false
        }
        #expect(try until { try replica.ask("get", "key:9") == "value 9" })
        #expect(try until { try sentinel.ask("sentinel", "replicas", "main").contains("\(replica.port)") })
        master.end()
        #expect(texts(client, get(1)) == [nil])
        #expect(client.shouldRefresh)
        #expect(
            until {
                try? client.refresh(deadline: Self.soon(2000))
                return client.holders.map(\.port) == [replica.port]
            }, "the replica is the master now")
        #expect(texts(client, get(10)) == (0..<10).map { "value \($0)" })
        let unknown = try RedisClient(RedisAddress("redis-sentinel://127.0.0.1:\(sentinel.port)/other"))
        #expect(throws: RedisFailure.self) { try unknown.refresh(deadline: Self.soon()) }
    }

    // MARK: TLS

    @Test func serversAreSpokenToOverTLS() throws {
        let folder = try TemporaryFolder()
        let files = try TestCertificate(folder)
        let port = try LoopbackPort.free()
        let server = try RedisServer([
            "--tls-port", "\(port)", "--tls-cert-file", files.certificate, "--tls-key-file", files.key,
            "--tls-ca-cert-file",
            files.certificate, "--tls-auth-clients", "yes",
        ])
        _ = server
        var options = RedisOptions()
        options.tlsAuthority = files.certificate
        (options.tlsCertificate, options.tlsKey) = (files.certificate, files.key)
        let client = try client("rediss://localhost:\(port)", options)
        _ = client.run(set(2000), deadline: Self.soon())
        #expect(texts(client, get(2000)) == (0..<2000).map { "value \($0)" })
        // The name must be the certificate's, and the authority one that is trusted.
        let named = try self.client("rediss://127.0.0.1:\(port)", options).run(get(1), deadline: Self.soon())[0]
        options.tlsAuthority = nil
        let untrusted = try self.client("rediss://localhost:\(port)", options).run(get(1), deadline: Self.soon())[0]
        for result in [named, untrusted] {
            guard case .failure(.unreachable(let reason)) = result else {
                Issue.record("\(result)")
                continue
            }
            #expect(reason.contains("mismatch") || reason.contains("self-signed"), "\(reason)")
        }
        options.tlsKey = nil
        #expect(throws: SlipwayError.self) { try RedisClient(RedisAddress("rediss://localhost"), options) }
    }
}
