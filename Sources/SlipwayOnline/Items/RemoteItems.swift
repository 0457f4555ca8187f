package import Foundation
import SlipwayCore
package import SlipwayItems
import SlipwayScheduling
import Synchronization

/// Items on another machine, with those of late in memory: fresh ones are taken from there, stale ones too while they are
/// fetched again, and the rest is fetched while the request waits. What cannot be fetched is served as old as it is.
package final class RemoteItems: ItemFinding {
    package let store: any RemoteItemStore
    private let maker: RemoteItemMaker
    private let policy: RemoteItemPolicy
    private let events: RemoteItemEvents
    private let cache: Mutex<RecentItems<DatedItem>>
    private let queue = RefreshQueue()
    private let now: @Sendable () -> UInt64
    /// Items fetched at once when nobody waits for them, and the time that has.
    private static let refreshed = 512
    private static let refreshNs: UInt64 = 1_000_000_000
    private static let pauseNs: UInt64 = 100_000_000

    /// An item, or that there is none, as it was at some time.
    private struct DatedItem: MeasuredItem {
        let item: LookedUpItem?
        let fetchedNs: UInt64
        let generation: Int
        /// Types its columns have.
        let types: [String: ColumnType]

        var sizeBytes: Int { 24 + (item?.sizeBytes ?? 0) }
    }

    /// - Parameter now: nanoseconds of a steady clock.
    init(
        _ store: any RemoteItemStore, _ maker: RemoteItemMaker, _ policy: RemoteItemPolicy, _ events: RemoteItemEvents,
        now: @escaping @Sendable () -> UInt64 = { SteadyClock.now() }
    ) {
        self.store = store
        self.maker = maker
        self.policy = policy
        self.events = events
        self.now = now
        cache = Mutex(RecentItems(limitBytes: policy.limitBytes))
        let thread = Thread { [weak self, queue] in
            while let ids = queue.next(Self.refreshed) {
                guard let self else { return }
                if !self.refresh(ids) { SteadySleep.until(SteadyClock.now() + Self.pauseNs) }
                queue.finish(ids)
            }
        }
        thread.name = "slipway-refresh"
        thread.start()
    }

    deinit { queue.close() }

    package var sizeBytes: Int { cache.withLock { $0.sizeBytes } }
    package var count: Int { cache.withLock { $0.count } }
    /// Items that wait to be fetched again.
    package var waiting: Int { queue.count }
    package var asOf: Date { store.asOf }

    // MARK: Requests

    func find(_ ids: [String]) -> ItemLookup.Outcome { fetch(ids, deadline: .max).find(ids) }

    /// Gets these items together, waiting until the deadline or the policy's time at most.
    func fetch(_ ids: [String], deadline: UInt64) -> FetchedItems {
        let start = now()
        let generation = store.generation
        var fetched = FetchedItems()
        var tally: [RemoteItemOutcome: Int] = [:]
        var wanted: [String] = []
        var old: [String: DatedItem] = [:]
        var aging: [String] = []
        cache.withLock { cache in
            for id in ids where fetched.items[id] == nil {
                fetched.items[id] = .some(nil)
                guard let entry = cache.find(id) ?? nil, hasTypes(entry, generation) else {
                    wanted.append(id)
                    continue
                }
                switch age(entry, generation, start) {
                case .fresh: tally[.fresh, default: 0] += 1
                case .stale:
                    tally[.stale, default: 0] += 1
                    aging.append(id)
                case .expired:
                    wanted.append(id)
                    old[id] = entry
                    continue
                }
                fetched.items[id] = entry.item
            }
        }
        if !aging.isEmpty { queue.add(aging) }
        if !wanted.isEmpty {
            fetched.asked = Set(wanted)
            let end = min(deadline, start + RemoteItemPolicy.ns(policy.timeoutMs))
            for (id, made) in zip(wanted, ask(wanted, generation, start: start, deadline: end)) {
                switch made {
                case .item(let item):
                    tally[.fetched, default: 0] += 1
                    fetched.items[id] = .some(item)
                case .absent: tally[.absent, default: 0] += 1
                case .failed:
                    fetched.failed.insert(id)
                    tally[old[id] == nil ? .failed : .kept, default: 0] += 1
                    fetched.items[id] = .some(old[id]?.item)
                }
            }
            events.fetched(now() &- start)
        }
        for (outcome, count) in tally { events.items(outcome, count) }
        return fetched
    }

    /// Whether an item may stand beside those of a generation: its columns are of the same types.
    private func hasTypes(_ entry: DatedItem, _ generation: ItemGeneration) -> Bool {
        entry.generation == generation.number
            || maker.columns.allSatisfy { entry.types[$0] == generation.types[$0] }
    }

    private func age(_ entry: DatedItem, _ generation: ItemGeneration, _ now: UInt64) -> RemoteItemPolicy.Age {
        policy.age(
            fetchedNs: entry.fetchedNs,
            switchedNs: entry.generation == generation.number ? nil : generation.seenNs, now: now)
    }

    private func ask(
        _ ids: [String], _ generation: ItemGeneration, start: UInt64, deadline: UInt64
    ) -> [RemoteItemMaker.Made] {
        guard start < deadline else {
            events.failed("late", ids.count)
            return ids.map { _ in .failed }
        }
        let stored = store.fetch(ids, columns: maker.columns, generation: generation, deadline: deadline)
        let made = maker.make(stored, types: generation.types, failed: events.failed)
        cache.withLock { cache in
            for (id, made) in zip(ids, made) {
                var item: LookedUpItem?
                switch made {
                case .failed: continue
                case .absent: break
                case .item(let found): item = found
                }
                let dated = DatedItem(
                    item: item, fetchedNs: start, generation: generation.number, types: generation.types)
                cache.insert(id, dated)
            }
        }
        return made
    }

    // MARK: Background

    /// False when none of them could be fetched.
    private func refresh(_ ids: [String]) -> Bool {
        let start = now()
        let made = ask(ids, store.generation, start: start, deadline: start + Self.refreshNs)
        return made.contains {
            if case .failed = $0 { return false }
            return true
        }
    }

    /// The ids asked for latest, the latest first.
    package func latest(_ count: Int) -> [String] { cache.withLock { $0.latest(count) } }

    /// Fetches items before anybody asks for them, as long as that goes and until the deadline. Gives their number.
    package func prime(_ ids: [String], deadline: UInt64) -> Int {
        var done = 0
        // Those asked for latest come last, and so are kept longest.
        for end in stride(from: ids.count, to: 0, by: -Self.refreshed) where now() < deadline {
            let some = Array(ids[max(0, end - Self.refreshed)..<end])
            guard refresh(some) else { break }
            done += some.count
        }
        return done
    }
}

/// Items got for some requests.
struct FetchedItems: ItemFinding {
    /// Nil for items nobody knows.
    var items: [String: LookedUpItem?] = [:]
    var asked: Set<String> = []
    var failed: Set<String> = []

    var sizeBytes: Int { 0 }
    var count: Int { items.count }

    func find(_ ids: [String]) -> ItemLookup.Outcome {
        var outcome = ItemLookup.Outcome(items: ids.map { items[$0] ?? nil })
        if !asked.isEmpty {
            outcome.asked = ids.count { asked.contains($0) }
            outcome.failed = ids.count { failed.contains($0) }
        }
        return outcome
    }
}
