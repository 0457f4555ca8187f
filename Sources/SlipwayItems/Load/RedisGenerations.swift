import Foundation
import SlipwayCore
package import SlipwayRedis
import SlipwayScheduling

/// The generations of item features in Redis: which there are, which is served, and their removal.
package struct RedisGenerations: Sendable {
    package struct Entry: Sendable, Equatable {
        package let name: String
        package let facts: GenerationFacts
        package let isCurrent: Bool
    }

    let client: RedisClient
    let keys: ItemKeys
    private let timeoutNs: UInt64
    /// Tries of a command whose server failed.
    private static let tries = 6
    private static let scanned = 1000

    /// - Parameter timeoutMs: time for each exchange with the servers.
    package init(_ client: RedisClient, timeoutMs: Int) {
        self.client = client
        keys = ItemKeys(prefix: client.address.prefix)
        timeoutNs = UInt64(timeoutMs) * 1_000_000
    }

    /// Every generation, the latest first.
    package func list() throws -> [Entry] {
        let current = try one(["GET", keys.current]).string
        let parts = try one(["HGETALL", keys.generations]).elements?.map { $0.string ?? "" } ?? []
        return stride(from: 0, to: parts.count - 1, by: 2).compactMap { index -> Entry? in
            guard let facts = GenerationFacts(json: parts[index + 1]) else { return nil }
            return Entry(name: parts[index], facts: facts, isCurrent: parts[index] == current)
        }.sorted { ($0.facts.created, $0.name) > ($1.facts.created, $1.name) }
    }

    /// Serves another generation that is there whole.
    ///
    /// - Throws: `notFound` where there is no such generation, `mismatch` where it is not complete.
    package func serve(_ name: String) throws {
        let all = try list()
        guard let entry = all.first(where: { $0.name == name }) else {
            throw SlipwayError(
                .notFound, "there is no generation \(name)",
                fix: all.isEmpty ? "load one first" : "there are \(all.map(\.name).joined(separator: ", "))")
        }
        guard entry.facts.isComplete else {
            throw SlipwayError(.mismatch, "generation \(name) is not loaded to its end", fix: "load it again")
        }
        _ = try one(["SET", keys.current, name])
    }

    /// Removes a generation's items and what is known of it.
    func drop(_ name: String) throws {
        let pattern = keys.pattern(name)
        for endpoint in client.holders {
            var cursor = "0"
            repeat {
                let scan = RedisCommand(["SCAN", cursor, "MATCH", pattern, "COUNT", "\(Self.scanned)"])
                let reply = try client.run([scan], at: endpoint, deadline: deadline()).first
                guard let parts = reply?.elements, parts.count == 2, let next = parts[0].string else {
                    throw SlipwayError(.ioFailure, "\(endpoint) cannot list its keys: \(Self.text(reply))")
                }
                cursor = next
                let found = parts[1].elements ?? []
                _ = try client.run(
                    found.compactMap(\.string).map { RedisCommand(["UNLINK", $0], key: 1) }, at: endpoint,
                    deadline: deadline())
            } while cursor != "0"
        }
        _ = try one(["DEL", keys.columns(name)])
        _ = try one(["HDEL", keys.generations, name])
    }

    // MARK: Commands

    func deadline() -> UInt64 { SteadyClock.now() + timeoutNs }

    /// The reply to a command of one key, its second word; tried again while servers fail.
    @discardableResult
    func one(_ words: [String], key: Int = 1) throws -> RedisReply {
        try all([RedisCommand(words, key: key)])[0]
    }

    /// Replies to all of them; those whose servers failed are tried again, with pauses that grow.
    ///
    /// - Throws: `ioFailure` when that does not help, or a server refuses a command.
    func all(_ commands: [RedisCommand], onRetry: (Int) -> Void = { _ in }) throws -> [RedisReply] {
        var replies = [RedisReply](repeating: .null, count: commands.count)
        var open = Array(commands.indices)
        var last = RedisFailure.timeout
        for attempt in 0..<Self.tries where !open.isEmpty {
            if attempt > 0 {
                onRetry(open.count)
                SteadySleep.until(SteadyClock.now() + UInt64(100_000_000 << attempt))
            }
            if attempt > 0 || client.shouldRefresh { try? client.refresh(deadline: deadline()) }
            var failed: [Int] = []
            for (index, result) in zip(open, client.run(open.map { commands[$0] }, deadline: deadline())) {
                switch result {
                case .success(.error(let text)) where Self.passes(text):
                    last = .unavailable(text)
                    failed.append(index)
                case .success(.error(let text)):
                    throw SlipwayError(.ioFailure, "Redis refuses a command: \(text.prefix(200))", fix: Self.fix(text))
                case .success(let reply): replies[index] = reply
                case .failure(let failure):
                    if case .denied = failure { throw Self.error(failure) }
                    last = failure
                    failed.append(index)
                }
            }
            open = failed
        }
        guard open.isEmpty else { throw Self.error(last) }
        return replies
    }

    /// Errors that go away by themselves: a failover, a slot on its way.
    private static func passes(_ text: String) -> Bool {
        ["READONLY", "TRYAGAIN", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "NOREPLICAS", "UNBLOCKED"].contains {
            text.hasPrefix($0)
        }
    }

    private static func fix(_ text: String) -> String {
        text.hasPrefix("OOM")
            ? "give Redis more memory (maxmemory), or keep fewer generations"
            : "the user needs rights to read and write the keys of the prefix, EVAL and SCAN"
    }

    static func error(_ failure: RedisFailure) -> SlipwayError {
        SlipwayError(.ioFailure, "\(failure)", fix: "check address, password and the server's log")
    }

    private static func text(_ reply: RedisReply?) -> String {
        if case .error(let text) = reply { return text }
        return "an answer that is not understood"
    }
}
