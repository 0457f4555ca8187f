import Foundation
import SlipwayCore
import SlipwayData
import SlipwayItems
import SlipwayOnline
import SlipwayRedis
import SlipwayScheduling
import SlipwayServing
import SlipwayTestSupport
import Synchronization
import Testing

/// Item features in Redis behind a server, with real servers of both kinds on this machine.
@Suite(.serialized, .enabled(if: RedisServer.isInstalled, RedisServer.isMissing))
struct RedisItemsTests {
    private static let slipway = Bundle.module.bundleURL.deletingLastPathComponent().appendingPathComponent("slipway")
        .path
    private static let emptyScore: Float = -5

    private func server(_ items: String, _ more: [String] = [], tiled: Bool = true) throws -> TestServer {
        try TestServer.example(
            [
                "--items", items, "--item-key", "id", "--item-empty-score", "\(Self.emptyScore)", "--redis-timeout-ms",
                "5000", "--redis-poll-ms", "100",
            ] + more, tiled: tiled)
    }

    private func load(_ path: String, _ address: String, _ more: [String] = []) throws {
        try Program.run(
            [Self.slipway, "items", "load", "--items", path, "--redis", address, "--item-key", "id"] + more)
    }

    private func near(_ left: [Float], _ right: [Float], _ tolerance: Float = 2e-6) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) <= tolerance }
    }

    /// A request of ids alone, and what their items' features in the request itself give.
    private func body(_ candidates: [Int], ids: [String]? = nil) throws -> [UInt8] {
        try ExamplePackage.shared.get().request(user: 4, candidates: candidates, withItems: false, ids: ids)
    }

    private func supplied(_ candidates: [Int], tiled: Bool = true) throws -> [Float] {
        let server = try TestServer.example(tiled: tiled)
        return try server.predict(ExamplePackage.shared.get().request(user: 4, candidates: candidates)).probs
    }

    @Test(arguments: [true, false]) func scoresAreThoseOfTheFile(_ tiled: Bool) async throws {
        let redis = try RedisServer()
        let folder = try TemporaryFolder()
        let example = try ExamplePackage.shared.get()
        try example.writeItems(0..<100, to: folder.path("items.parquet"))
        let address = "redis://127.0.0.1:\(redis.port)"
        try load(folder.path("items.parquet"), address)
        let file = try TestServer.example(
            ["--items", folder.path("items.parquet"), "--item-key", "id", "--item-empty-score", "\(Self.emptyScore)"],
            tiled: tiled)
        let server = try server(address, tiled: tiled)
        let ids = (0..<100).map { $0 == 17 ? "nobody" : "row\($0)" } + ["row3"]
        let request = try body(Array(0..<100) + [3], ids: ids)
        let expected = try file.predict(request).probs
        #expect(expected.count == 101 && expected[17] == Self.emptyScore)
        for _ in 0..<2 { #expect(try server.predict(request).probs == expected, "not one bit apart") }
        let result = "slipway_redis_items_total{model=\"example\",result="
        try await until { try server.metrics("\(result)\"fresh\"") == 100 }
        #expect(try server.metrics("\(result)\"fetched\"") == 99 && server.metrics("\(result)\"absent\"") == 1)
        #expect(try server.metrics("slipway_item_cache_hits_total{") == 200)
        #expect(try server.metrics("slipway_redis_fetch_seconds_count{") == 1)
        #expect(server.server.banner().contains { $0.hasPrefix("items ") && $0.contains("generation 2") })
        // The same over the other protocol, and values of the request go first.
        func tensor(_ name: String, _ type: String, _ shape: [Int], _ data: String) -> String {
            "{\"name\":\"\(name)\",\"datatype\":\"\(type)\",\"shape\":\(shape),\"data\":\(data)}"
        }
        let tensors = [
            tensor("item_ids", "BYTES", [2], "[\"row1\",\"nobody\"]"), tensor("user_id", "INT64", [1], "[87]"),
            tensor("age", "FP32", [1], "[0.5]"), tensor("income", "FP64", [1], "[0.25]"),
            tensor("profile", "FP32", [1, 4], "[0.1,0.2,0.3,0.4]"),
        ]
        let inference = Array("{\"inputs\":[\(tensors.joined(separator: ","))]}".utf8)
        let answers = try [file, server].map {
            try $0.connect().ask("POST", "/v2/models/example/infer", body: inference).text
        }
        #expect(answers[0] == answers[1] && answers[1].contains("\(Int(Self.emptyScore))"), "\(answers)")
        let own = try server.predict(example.request(user: 4, candidates: [50, 51], ids: ["row1", "row2"])).probs
        #expect(near(own, try supplied([50, 51], tiled: tiled)))
    }

    /// Written by somebody else, as plain text and without generations; some of it wrong.
    @Test func damagedItemsHarmNobody() async throws {
        let redis = try RedisServer()
        let folder = try TemporaryFolder()
        try ExamplePackage.shared.get().writeItems(0..<10, to: folder.path("items.parquet"))
        try load(folder.path("items.parquet"), "redis://127.0.0.1:\(redis.port)?prefix=x:", ["--generation", "g"])
        let client = try RedisClient(RedisAddress("redis://127.0.0.1:\(redis.port)"))
        try client.refresh(deadline: SteadyClock.now() + 20_000_000_000)
        func run(_ commands: [RedisCommand]) throws -> [RedisReply] {
            try client.run(commands, deadline: SteadyClock.now() + 20_000_000_000).map { try $0.get() }
        }
        let stored = try run((0..<10).map { RedisCommand(["HGETALL", "x:g:row\($0)"], key: 1) })
        _ = try run(
            stored.enumerated().map { row, reply in
                // Lists as the feature's own separator has them, and not as JSON.
                let words = (reply.elements ?? []).map { word -> String in
                    guard let text = word.string, text.hasPrefix("[") else { return word.string ?? "" }
                    return String(text.dropFirst().dropLast()).replacing(",", with: "\u{3}")
                }
                return RedisCommand(["HSET", "item:row\(row)"] + words, key: 1)
            })
        try redis.ask("hset", "item:row2", "price", "much")
        try redis.ask("hset", "item:row3", "item_vec", "0.5\u{3}")
        try redis.ask("del", "item:row4")
        try redis.ask("set", "item:row4", "text")
        try redis.ask("hset", "item:row5", "words", "\u{ff}\u{3}x")
        let server = try server("redis://127.0.0.1:\(redis.port)")
        let answer = try server.predict(body(Array(0..<10)))
        #expect(answer.status == 200, "\(answer.text)")
        let expected = try supplied(Array(0..<10))
        for row in [0, 1, 6, 7, 8, 9] { #expect(abs(answer.probs[row] - expected[row]) <= 2e-6, "row \(row)") }
        #expect(answer.probs[4] == Self.emptyScore)
        try await until { try server.metrics("slipway_redis_errors_total{model=\"example\",kind=\"value\"") >= 3 }
        // With types, a value that is not of its own is null, and the item stays.
        try redis.ask("hset", "x:g:row7", "price", "much", "item_vec", "[1,2")
        let typed = try self.server("redis://127.0.0.1:\(redis.port)?prefix=x:")
        let scores = try typed.predict(body([6, 7])).probs
        #expect(abs(scores[0] - expected[6]) <= 2e-6 && scores[1].isFinite)
    }

    @Test func aWrongPasswordEndsTheStart() throws {
        let redis = try RedisServer(["--requirepass", "right"])
        let folder = try TemporaryFolder()
        let file = try folder.write("hunter2\n", to: "password")
        do {
            _ = try server("redis://127.0.0.1:\(redis.port)", ["--redis-password-file", file])
            Issue.record("it started")
        } catch let error as SlipwayError {
            #expect("\(error)".contains("WRONGPASS") && !"\(error)".contains("hunter2"))
        }
        try folder.write("right\n", to: "password")
        #expect(
            try server("redis://127.0.0.1:\(redis.port)", ["--redis-password-file", file]).predict(body([1])).status
                == 200)
    }

    // MARK: Failures under load

    /// Requests one after the other on several threads until told to stop.
    private final class Load: Sendable {
        private let isStopping = Atomic<Bool>(false)
        private let state = Mutex((answers: 0, failures: [String](), slowestNs: UInt64(0)))
        private let group = DispatchGroup()

        init(_ server: TestServer, _ bodies: [[UInt8]], threads: Int = 2) {
            for index in 0..<threads {
                let thread = Thread { [self] in
                    var turn = index
                    while !isStopping.load(ordering: .relaxed) {
                        let start = SteadyClock.now()
                        let answer = try? server.predict(bodies[turn % bodies.count])
                        let elapsed = SteadyClock.now() - start
                        state.withLock { state in
                            state.answers += 1
                            state.slowestNs = max(state.slowestNs, elapsed)
                            if answer?.status != 200 { state.failures.append(answer.map { "\($0.status)" } ?? "none") }
                        }
                        turn += 1
                    }
                    group.leave()
                }
                group.enter()
                thread.start()
            }
        }

        var answers: Int { state.withLock { $0.answers } }

        func end() -> (answers: Int, failures: [String], slowestNs: UInt64) {
            isStopping.store(true, ordering: .relaxed)
            group.wait()
            return state.withLock { $0 }
        }
    }

    private func values(_ price: Float, _ count: Int, to path: String) throws {
        let rows = Array(0..<count)
        let folder = path + ".folder"
        let columns: [(name: String, column: Column)] = [
            ("id", .string(rows.map { "row\($0)" })), ("price", .float(rows.map { _ in price })),
            ("cate_id", .int64(rows.map { Int64($0 % 7) })),
            ("item_vec", .list(width: 4, child: .of(rows.flatMap { _ in [Float](repeating: 0.25, count: 4) }))),
        ]
        let writer = try RowWriter(
            directory: folder, format: .parquet,
            schema: RowSchema(columns.map { RowSchema.Field($0.name, $0.column.type) }),
            overwrite: true)
        try writer.append(ColumnBatch(rowCount: count, columns: columns))
        try writer.finish()
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.moveItem(atPath: "\(folder)/part-0.parquet", toPath: path)
    }

    /// What the prices of a file give when they come from the file.
    private func scores(_ path: String, _ body: [UInt8]) throws -> [Float] {
        try TestServer.example(["--items", path, "--item-key", "id"], tiled: true).predict(body).probs
    }

    /// Killed and started again, empty and then filled with other prices, while requests go on.
    @Test func aRestartFailsNoRequest() async throws {
        let redis = try RedisServer()
        let folder = try TemporaryFolder()
        let address = "redis://127.0.0.1:\(redis.port)"
        for (name, price) in [("old", Float(0.1)), ("new", 3)] {
            try values(price, 40, to: folder.path(name + ".parquet"))
        }
        try load(folder.path("old.parquet"), address)
        let request = try body(Array(0..<20))
        let (old, new) = (
            try scores(folder.path("old.parquet"), request), try scores(folder.path("new.parquet"), request)
        )
        #expect(!near(old, new, 1e-4))
        let server = try server(
            address,
            [
                "--redis-timeout-ms", "300", "--redis-ttl-ms", "200", "--redis-stale-ms", "200", "--redis-switch-ms",
                "300",
                "--redis-breaker-ms", "200",
            ])
        #expect(near(try server.predict(request).probs, old))
        let load = Load(server, [request, try body([20, 1, 21])])
        await until { load.answers > 20 }
        redis.end()
        // All of it is beyond its time now, and still served.
        let before = load.answers
        try await Task.sleep(for: .milliseconds(800))
        await until { load.answers > before + 20 }
        #expect(near(try server.predict(request).probs, old))
        #expect(try server.metrics("slipway_redis_items_total{model=\"example\",result=\"kept\"") > 0)
        #expect(try server.metrics("slipway_redis_breakers_open") == 1)
        try redis.begin()
        try self.load(folder.path("new.parquet"), address)
        let loaded = SteadyClock.now()
        try await until { near(try server.predict(request).probs, new) }
        let freshNs = SteadyClock.now() - loaded
        // poll + switch + breaker + a fetch, and time for a machine that is busy.
        #expect(freshNs < 10_000_000_000, "\(freshNs) ns")
        let (answers, failures, slowestNs) = load.end()
        #expect(answers > 50 && failures.isEmpty, "\(failures.count) of \(answers): \(failures.prefix(3))")
        #expect(slowestNs < 10_000_000_000)
        #expect(try server.metrics("slipway_redis_breakers_open") == 0)
    }

    /// It takes connections and says nothing: requests wait for their time, then not at all, and then it is back.
    @Test func aSilentRedisCostsItsTimeOnly() async throws {
        let redis = try RedisServer()
        let folder = try TemporaryFolder()
        let address = "redis://127.0.0.1:\(redis.port)"
        try values(0.1, 40, to: folder.path("items.parquet"))
        try load(folder.path("items.parquet"), address)
        let server = try server(
            address, ["--redis-timeout-ms", "100", "--redis-breaker-failures", "3", "--redis-breaker-ms", "1000"])
        let request = try body([1, 2])
        #expect(try server.predict(request).probs.count == 2)
        redis.freeze()
        // Others than those in memory.
        let others = try body([3, 4])
        for _ in 0..<4 { #expect(try server.predict(others).probs == [Self.emptyScore, Self.emptyScore]) }
        #expect(try server.metrics("slipway_redis_breakers_open") == 1)
        #expect(try server.metrics("slipway_redis_errors_total{model=\"example\",kind=\"timeout\"") >= 4)
        let load = Load(server, [others, request])
        await until { load.answers > 30 }
        redis.wake()
        try await until { try server.predict(others).probs.allSatisfy { $0 != Self.emptyScore } }
        let (answers, failures, _) = load.end()
        #expect(failures.isEmpty, "\(failures.count) of \(answers)")
        try await until { try server.metrics("slipway_redis_breakers_open") == 0 }
    }

    @Test func itStartsWithoutRedis() async throws {
        let redis = try RedisServer()
        let folder = try TemporaryFolder()
        redis.end()
        let server = try server("redis://127.0.0.1:\(redis.port)", ["--redis-breaker-ms", "100"])
        #expect(try server.predict(body([1])).probs == [Self.emptyScore])
        try redis.begin()
        try values(0.1, 5, to: folder.path("items.parquet"))
        try load(folder.path("items.parquet"), "redis://127.0.0.1:\(redis.port)")
        try await until { try server.predict(body([1])).probs[0] != Self.emptyScore }
    }

    // MARK: Loading

    @Test func aLoadThatIsKilledLeavesTheOldGeneration() async throws {
        let redis = try RedisServer()
        let folder = try TemporaryFolder()
        let address = "redis://127.0.0.1:\(redis.port)"
        try values(0.1, 40, to: folder.path("old.parquet"))
        try load(folder.path("old.parquet"), address, ["--generation", "old"])
        try values(3, 30_000, to: folder.path("new.parquet"))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.slipway)
        process.arguments = [
            "items", "load", "--items", folder.path("new.parquet"), "--redis", address, "--item-key", "id",
            "--generation",
            "new", "--batch-size", "2",
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        try await until { (Int(try redis.ask("dbsize")) ?? 0) > 300 }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(try redis.ask("get", "{item:}current") == "old")
        let request = try body([1, 2])
        let server = try server(address)
        #expect(near(try server.predict(request).probs, try scores(folder.path("old.parquet"), request)))
        // The right to load ends by itself; here it is taken. The load of the same name goes over what is there.
        try load(folder.path("new.parquet"), address, ["--generation", "new", "--take-over", "--batch-size", "5000"])
        #expect(try redis.ask("get", "{item:}current") == "new")
        #expect(Int(try redis.ask("dbsize")) == 30_040 + 4)
        let new = try scores(folder.path("new.parquet"), request)
        try await until { near(try server.predict(request).probs, new) }
        try Program.run([Self.slipway, "items", "serve", "old", "--redis", address])
        let listed = try Program.run([Self.slipway, "items", "list", "--redis", address])
        #expect(listed.contains("old  served  40 items") && listed.contains("new  kept  30,000 items"), "\(listed)")
    }

    @Test func aClusterServesAndLosesANode() async throws {
        let cluster = try RedisCluster()
        let folder = try TemporaryFolder()
        try values(0.5, 60, to: folder.path("items.parquet"))
        try load(folder.path("items.parquet"), cluster.address)
        let server = try server(cluster.address, ["--redis-timeout-ms", "500"])
        let request = try body(Array(0..<30))
        let expected = try scores(folder.path("items.parquet"), request)
        #expect(near(try server.predict(request).probs, expected))
        #expect(try server.metrics("slipway_redis_nodes") == 3)
        cluster.nodes[2].end()
        // Those in memory are served, of the others those whose node is there.
        let more = try server.predict(body(Array(20..<60)))
        #expect(more.status == 200 && more.probs[..<10] == expected[20...])
        let unknown = more.probs[10...].count { $0 == Self.emptyScore }
        #expect((1...29).contains(unknown), "\(unknown)")
    }
}
