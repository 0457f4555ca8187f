package import Foundation
import SlipwayCore
import SlipwayData
package import SlipwayRedis
import SlipwayScheduling
import Synchronization

/// Item features in Redis. A thread of its own keeps up with generations and servers, so that requests ask for items only.
package final class RedisItemStore: RemoteItemStore {
    package let client: RedisClient
    private let keys: ItemKeys
    /// The column with the ids, which the loader writes with every item: an item of no values is known by it.
    private let key: String
    private let pollMs: Int
    private let state = Mutex(State())
    private let stop = StopCondition()
    private let begun = Date()
    private static let contactNs: UInt64 = 2_000_000_000

    private struct State {
        var generation = ItemGeneration()
        var contactNs: UInt64?
        var lastFailure: RedisFailure?
    }

    /// - Parameters:
    ///   - key: the column with the ids.
    ///   - pollMs: how often to look for another generation.
    package init(_ client: RedisClient, key: String, pollMs: Int) {
        self.client = client
        self.key = key
        self.pollMs = pollMs
        keys = ItemKeys(prefix: client.address.prefix)
    }

    deinit { stop.set() }

    package var description: String { client.address.description }
    package var generation: ItemGeneration { state.withLock { $0.generation } }
    /// When Redis last answered, on the steady clock; nil where it never has.
    package var contactNs: UInt64? { state.withLock { $0.contactNs } }
    /// When the generation was made; without generations, when Redis last answered.
    package var asOf: Date {
        let (created, contactNs) = state.withLock { ($0.generation.created, $0.contactNs) }
        if let created { return Date(timeIntervalSince1970: created) }
        guard let contactNs else { return begun }
        return Date(timeIntervalSinceNow: -Double(SteadyClock.now() &- contactNs) * 1e-9)
    }

    package var lastFailure: RedisFailure? { state.withLock { $0.lastFailure } }

    // MARK: Generations

    /// Looks where the servers are and which generation is served.
    ///
    /// - Throws: why that cannot be told; what was known stays.
    package func look() throws(RedisFailure) {
        let deadline = SteadyClock.now() + Self.contactNs
        do throws(RedisFailure) {
            if client.shouldRefresh || client.address.mode != .single { try client.refresh(deadline: deadline) }
            try readGeneration(deadline)
            state.withLock {
                $0.contactNs = SteadyClock.now()
                $0.lastFailure = nil
            }
        } catch {
            state.withLock { $0.lastFailure = error }
            throw error
        }
    }

    /// Looks from now on, from a thread of its own that ends with this object.
    package func start() {
        let thread = Thread { [weak self, stop, pollMs] in
            while !stop.wait(milliseconds: pollMs) {
                guard let self else { return }
                try? self.look()
            }
        }
        thread.name = "slipway-redis"
        thread.start()
    }

    private func readGeneration(_ deadline: UInt64) throws(RedisFailure) {
        let name = try ask(["GET", keys.current], deadline).string
        let known = generation
        // Without a name the types may change in place.
        if let name, name == known.name, known.number > 0 { return }
        let types = try self.types(keys.columns(name), deadline)
        if known.number > 0, name == known.name, types == known.types { return }
        var created: Double?
        if let name, let facts = try ask(["HGET", keys.generations, name], deadline).string {
            created = GenerationFacts(json: facts)?.created
        }
        state.withLock { state in
            state.generation.number += 1
            state.generation.name = name
            state.generation.types = types
            state.generation.created = created
            state.generation.seenNs = SteadyClock.now()
        }
    }

    private func types(_ key: String, _ deadline: UInt64) throws(RedisFailure) -> [String: ColumnType] {
        let reply = try ask(["HGETALL", key], deadline)
        let parts = reply.elements?.map { $0.string ?? "" } ?? []
        var types: [String: ColumnType] = [:]
        for index in stride(from: 0, to: parts.count - 1, by: 2) {
            types[parts[index]] = ColumnType(text: parts[index + 1])
        }
        return types
    }

    private func ask(_ words: [String], _ deadline: UInt64) throws(RedisFailure) -> RedisReply {
        guard let result = client.run([RedisCommand(words, key: 1)], deadline: deadline).first else {
            throw .unavailable("nothing was asked")
        }
        let reply = try result.get()
        if case .error(let text) = reply { throw Self.failure(text) }
        return reply
    }

    private static func failure(_ text: String) -> RedisFailure {
        let word = String(text.prefix { $0 != " " })
        return ["NOAUTH", "NOPERM", "WRONGPASS"].contains(word) ? .denied(word) : .unavailable(String(text.prefix(200)))
    }

    // MARK: Items

    package func fetch(
        _ ids: [String], columns: [String], generation: ItemGeneration, deadline: UInt64
    ) -> [StoredItem] {
        let fields = (columns + [key]).map { Array($0.utf8) }
        let verb = Array("HMGET".utf8)
        let commands = ids.map { RedisCommand([verb, Array(keys.item($0, generation.name).utf8)] + fields, key: 1) }
        return client.run(commands, deadline: deadline).map { Self.item($0, columns.count) }
    }

    private static func item(_ result: Result<RedisReply, RedisFailure>, _ count: Int) -> StoredItem {
        switch result {
        case .failure(let failure): return .failed(failure.label)
        case .success(.error(let text)):
            if text.hasPrefix("WRONGTYPE") { return .damaged }
            return .failed(failure(text).label)
        case .success(.array(let values)):
            guard values.count == count + 1 else { return .damaged }
            if values.allSatisfy({ $0 == .null }) { return .absent }
            return .found(
                values.prefix(count).map {
                    if case .text(let bytes) = $0 { return bytes }
                    return nil
                })
        case .success: return .damaged
        }
    }
}

/// Wakes a thread that waits, for it to end.
///
/// `@unchecked Sendable`: all state is behind the condition.
private final class StopCondition: @unchecked Sendable {
    private let condition = NSCondition()
    private var isSet = false

    func set() {
        condition.lock()
        isSet = true
        condition.broadcast()
        condition.unlock()
    }

    /// True when it is time to end.
    func wait(milliseconds: Int) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        let end = Date(timeIntervalSinceNow: Double(milliseconds) / 1000)
        while !isSet, condition.wait(until: end) {}
        return isSet
    }
}
