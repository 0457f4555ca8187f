import Foundation
import SlipwayCore
import SlipwayData
import SlipwayRedis
import SlipwayScheduling
import SlipwayTestSupport
import Testing

@testable import SlipwayItems

/// Against real servers on this machine.
@Suite(.enabled(if: RedisServer.isInstalled, RedisServer.isMissing))
struct RedisItemLoaderTests {
    private func client(_ address: String) throws -> RedisClient {
        let client = try RedisClient(RedisAddress(address))
        try client.refresh(deadline: SteadyClock.now() + 20_000_000_000)
        return client
    }

    /// Items `i0`, `i1`, … with a price, a list and a name, some of them null; the first comes again at the end.
    private func write(_ count: Int, price: Float, to folder: TemporaryFolder) throws -> String {
        let rows = Array(0..<count) + [0]
        let path = folder.path("items-\(UInt64.random(in: 0 ... .max))")
        let columns: [(name: String, column: Column)] = [
            ("id", .string(rows.enumerated().map { $0.offset == 3 ? nil : "i\($0.element)" })),
            ("price", .float(rows.enumerated().map { $0.offset == count ? -1 : Float($0.element) + price })),
            (
                "tags",
                .list(
                    lengths: rows.map { $0 == 1 ? nil : $0 % 3 },
                    child: .int64(
                        rows.flatMap { row in
                            (0..<(row == 1 ? 0 : row % 3)).map { Int64(row + $0) }
                        }))
            ),
            ("name", .string(rows.map { $0 == 1 ? nil : "n \($0)" })),
        ]
        let writer = try RowWriter(
            directory: path, format: .parquet,
            schema: RowSchema(columns.map { RowSchema.Field($0.name, $0.column.type) }),
            overwrite: true)
        try writer.append(ColumnBatch(rowCount: rows.count, columns: columns))
        try writer.finish()
        return path
    }

    private func options(_ generation: String? = nil) -> RedisItemLoader.Options {
        var options = RedisItemLoader.Options()
        options.key = "id"
        options.batchRows = 64
        options.generation = generation
        return options
    }

    private func store(_ client: RedisClient) throws -> RedisItemStore {
        let store = RedisItemStore(client, key: "id", pollMs: 1000)
        try store.look()
        return store
    }

    private func fetch(_ store: RedisItemStore, _ ids: [String]) -> [StoredItem] {
        store.fetch(
            ids, columns: ["price", "tags", "name"], generation: store.generation,
            deadline: SteadyClock.now() + 20_000_000_000)
    }

    private func found(_ values: String?...) -> StoredItem { .found(values.map { $0.map { Array($0.utf8) } }) }

    @Test func aLoadIsServedWhole() throws {
        let server = try RedisServer()
        let folder = try TemporaryFolder()
        let client = try client("redis://127.0.0.1:\(server.port)/1?prefix=shop:")
        let summary = try RedisItemLoader(
            client, paths: write(200, price: 0.5, to: folder), options("first")
        ).run()
        #expect(summary.items == 199 && summary.duplicates == 1 && summary.withoutID == 1 && summary.retries == 0)
        // As the documentation describes it to others.
        func ask(_ words: String...) throws -> String {
            try RedisServer.cli(["-p", "\(server.port)", "-n", "1"] + words)
        }
        #expect(try ask("get", "{shop:}current") == "first")
        #expect(try ask("hget", "{shop:}columns:first", "tags") == "list<int64>")
        #expect(try ask("hget", "shop:first:i2", "tags") == "[2,3]" && ask("hget", "shop:first:i2", "price") == "2.5")
        #expect(try ask("hget", "shop:first:i0", "price") == "0.5", "the first row of an id counts")
        #expect(try ask("exists", "{shop:}loading") == "0")
        let store = try store(client)
        #expect(store.generation.name == "first" && store.generation.types["price"] == .float)
        #expect(store.generation.created != nil && abs(store.asOf.timeIntervalSinceNow) < 600)
        #expect(
            fetch(store, ["i2", "i3", "i1", "nobody", "i2"]) == [
                found("2.5", "[2,3]", "n 2"), .absent, found("1.5", nil, nil), .absent, found("2.5", "[2,3]", "n 2"),
            ])
        // An item without any value is an item all the same.
        #expect(
            store.fetch(
                ["i1"], columns: ["name"], generation: store.generation, deadline: SteadyClock.now() + 20_000_000_000)
                == [found(nil)])
    }

    @Test func generationsReplaceEachOther() throws {
        let server = try RedisServer()
        let folder = try TemporaryFolder()
        let client = try client("redis://127.0.0.1:\(server.port)")
        let store = try store(client)
        #expect(store.generation.name == nil && fetch(store, ["i5"]) == [.absent])
        for (index, name) in ["a", "b", "c"].enumerated() {
            let paths = try write(100 - index, price: Float(index), to: folder)
            let summary = try RedisItemLoader(client, paths: paths, options(name)).run()
            #expect(summary.dropped == (name == "c" ? ["a"] : []))
            // Seen at the next look, not before.
            try store.look()
            #expect(store.generation.name == name && fetch(store, ["i5"]) == [found("\(5 + index).0", "[5,6]", "n 5")])
            #expect(fetch(store, ["i99"])[0] == (index == 0 ? found("99.0", "[]", "n 99") : .absent))
        }
        let number = store.generation.number
        try store.look()
        #expect(store.generation.number == number)
        #expect(try server.ask("dbsize") == "\(98 + 97 + 4)", "two generations, their columns, and two keys for all")
        let generations = RedisGenerations(client, timeoutMs: 20_000)
        #expect(try generations.list().map(\.name).sorted() == ["b", "c"])
        // Loaded again under its name it is there already; an earlier one is served again.
        let again = try RedisItemLoader(client, paths: write(5, price: 9, to: folder), options("b")).run()
        #expect(again.wasThere && again.items == 98)
        try store.look()
        #expect(store.generation.name == "b")
        try generations.serve("c")
        #expect(throws: SlipwayError.self) { try generations.serve("a") }
        try store.look()
        #expect(store.generation.name == "c")
    }

    @Test func oneLoadsAtATimeAndWhatAnotherLeftGoes() throws {
        let server = try RedisServer()
        let folder = try TemporaryFolder()
        let client = try client("redis://127.0.0.1:\(server.port)")
        let paths = try write(50, price: 0, to: folder)
        _ = try RedisItemLoader(client, paths: paths, options("good")).run()
        // Somebody began and was killed.
        try server.ask("hset", "{item:}generations", "dead", GenerationFacts(created: 1, source: "x").json)
        try server.ask("hset", "item:dead:i1", "price", "1")
        try server.ask("set", "{item:}loading", "another", "px", "600000")
        let refused = #expect(throws: SlipwayError.self) {
            try RedisItemLoader(client, paths: paths, options("next")).run()
        }
        #expect(refused?.code == .alreadyExists && refused.map { "\($0)".contains("another") } == true)
        var taking = options("next")
        taking.takesOver = true
        _ = try RedisItemLoader(client, paths: paths, taking).run()
        #expect(try server.ask("exists", "item:dead:i1") == "0" && server.ask("get", "{item:}current") == "next")
        #expect(try server.ask("hkeys", "{item:}generations").split(separator: "\n").sorted() == ["good", "next"])
        // Whoever lost the right must not have its generation served.
        let generations = RedisGenerations(client, timeoutMs: 20_000)
        let lock = try LoadLock(generations, token: "me", takesOver: false)
        try server.ask("set", "{item:}loading", "other")
        #expect(throws: SlipwayError.self) { try lock.serve("mine", GenerationFacts(created: 2, source: "")) }
        lock.release()
        #expect(try server.ask("get", "{item:}loading") == "other" && server.ask("get", "{item:}current") == "next")
    }

    @Test func refusalsNameTheRowsAndKeepWhatIsServed() throws {
        let server = try RedisServer()
        let folder = try TemporaryFolder()
        let client = try client("redis://127.0.0.1:\(server.port)")
        _ = try RedisItemLoader(client, paths: write(20, price: 0, to: folder), options("good")).run()
        let paths = try write(500, price: 1, to: folder)
        try server.ask("config", "set", "maxmemory", "1")
        let error = #expect(throws: SlipwayError.self) {
            try RedisItemLoader(client, paths: paths, options("full")).run()
        }
        #expect(error?.fix?.contains("maxmemory") == true, "\(String(describing: error))")
        try server.ask("config", "set", "maxmemory", "0")
        #expect(try server.ask("get", "{item:}current") == "good")
        // Keys that vanish are noticed before the generation is served.
        try server.ask("hset", "item:full:i7", "stray", "1")
        _ = try RedisItemLoader(client, paths: paths, options("full")).run()
        #expect(try server.ask("get", "{item:}current") == "full")
        for bad in ["", "a b", "a:b", String(repeating: "x", count: 65)] {
            #expect(throws: SlipwayError.self) { try RedisItemLoader(client, paths: paths, options(bad)) }
        }
        var wrong = options()
        wrong.key = "nokey"
        #expect(throws: SlipwayError.self) { try RedisItemLoader(client, paths: paths, wrong).run() }
        wrong = options()
        wrong.columns = ["price", "nothing"]
        #expect(throws: SlipwayError.self) { try RedisItemLoader(client, paths: paths, wrong).run() }
        wrong.columns = ["price"]
        wrong.expireSeconds = 1000
        wrong.generation = "narrow"
        _ = try RedisItemLoader(client, paths: paths, wrong).run()
        #expect(try server.ask("hkeys", "item:narrow:i7").split(separator: "\n").sorted() == ["id", "price"])
        #expect(try (1...1000).contains(Int(server.ask("ttl", "item:narrow:i7")) ?? 0))
    }

    @Test func aClusterIsFilledAndEmptied() throws {
        let cluster = try RedisCluster()
        let folder = try TemporaryFolder()
        let client = try client(cluster.address)
        func sizes() throws -> [Int] { try cluster.nodes.map { Int(try $0.ask("dbsize")) ?? 0 } }
        for (index, name) in ["a", "b", "c"].enumerated() {
            _ = try RedisItemLoader(client, paths: write(300, price: Float(index), to: folder), options(name)).run()
        }
        let filled = try sizes()
        #expect(filled.reduce(0, +) == 2 * 299 + 4 && filled.allSatisfy { $0 > 100 }, "\(filled)")
        let store = try store(client)
        let items = fetch(store, (0..<300).map { "i\($0)" })
        #expect(items.count { $0 == .absent } == 1 && items[9] == found("11.0", "[]", "n 9"))
    }

    @Test func whatIsNoItemIsSaidSo() throws {
        let server = try RedisServer()
        let store = try store(client("redis://127.0.0.1:\(server.port)"))
        try server.ask("set", "item:text", "x")
        try server.ask("hset", "item:plain", "price", "3", "other", "y")
        #expect(fetch(store, ["text", "plain"]) == [.damaged, found("3", nil, nil)])
        // The pointer itself damaged: what was known goes on.
        try server.ask("hset", "{item:}current", "a", "b")
        #expect(throws: RedisFailure.self) { try store.look() }
        #expect(fetch(store, ["plain"]) == [found("3", nil, nil)])
        server.end()
        #expect(fetch(store, ["plain"]) != [found("3", nil, nil)])
    }
}
