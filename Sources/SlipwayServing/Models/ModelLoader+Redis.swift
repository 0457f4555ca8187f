import Foundation
import Logging
import SlipwayCore
import SlipwayItems
import SlipwayOnline
import SlipwayRedis
import SlipwayScheduling

extension ModelLoader {
    /// Items fetched ahead for a model that replaces another, and the time that may take.
    private static let primed = 20_000
    private static let primeNs: UInt64 = 10_000_000_000

    /// Looks at Redis for the first time, and from then on. That it is away is no reason not to start: its items are unknown
    /// until it is there.
    ///
    /// - Throws: `invalidConfig` where Redis refuses user, password or database.
    func meet(_ store: RedisItemStore) throws {
        defer { store.start() }
        do throws(RedisFailure) {
            try store.look()
        } catch {
            if case .denied = error {
                throw SlipwayError(
                    .invalidConfig, "\(store.description): \(error)",
                    fix: "check redis_username, redis_password_file and the database's number")
            }
            logger.warning(
                "item features cannot be asked for yet, their items are unknown until then",
                metadata: ["items": "\(store.description)", "error": "\(error)"])
        }
    }

    /// Item features that are asked for in Redis. Those that were asked for latest are fetched ahead.
    func remoteItems(
        _ store: RedisItemStore, for scoring: ScoringModel, replacing old: ServedModel?
    ) throws -> ItemTable {
        var policy = settings.redis.policy
        policy.limitBytes = settings.itemCacheMB << 20
        let table = try scoring.remoteItems(
            store, policy: policy, events: metrics.model(scoring.name).remoteItemEvents())
        var ahead = 0
        if let wanted = old?.items?.remote?.latest(Self.primed), let remote = table.remote {
            ahead = remote.prime(wanted, deadline: SteadyClock.now() + Self.primeNs)
        }
        metrics.count("slipway_item_loads_total", [("model", scoring.name), ("result", "ok")])
        logger.info(
            "item features are asked for",
            metadata: [
                "model": "\(scoring.name)", "items": "\(store.description)",
                "generation": "\(store.generation.name ?? "")", "fetched_ahead": "\(ahead)",
            ])
        return table
    }

    /// Tells of other generations from now on.
    func watchStore() {
        guard let store else { return }
        let seen = GenerationSeen()
        schedule(every: max(1, settings.redis.pollMs / 1000)) { [metrics, logger] in
            let generation = store.generation
            guard let before = seen.change(to: generation) else { return }
            if before.number > 0 {
                logger.info(
                    "another generation of item features is served",
                    metadata: ["generation": "\(generation.name ?? "")", "before": "\(before.name ?? "")"])
            }
            if let name = before.name { metrics.gauge("slipway_redis_generation_info", 0, [("generation", name)]) }
            if let name = generation.name { metrics.gauge("slipway_redis_generation_info", 1, [("generation", name)]) }
        }
    }
}

/// The generation told of last.
private final class GenerationSeen: @unchecked Sendable {
    private let lock = NSLock()
    private var last = ItemGeneration()

    /// The one before, where this is another.
    func change(to generation: ItemGeneration) -> ItemGeneration? {
        lock.withLock {
            guard generation.number != last.number else { return nil }
            defer { last = generation }
            return last
        }
    }
}

extension RedisItemStore {
    /// Brings gauges up to date.
    func report(to metrics: ServingMetrics) {
        let counts = client.nodeCounts
        metrics.gauge("slipway_redis_nodes", Double(counts.all))
        metrics.gauge("slipway_redis_breakers_open", Double(counts.broken))
        if let contactNs {
            metrics.gauge("slipway_redis_contact_age_seconds", Double(SteadyClock.now() &- contactNs) * 1e-9)
        }
    }
}
