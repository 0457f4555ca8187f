import Foundation
import SlipwayCore
import SlipwayItems
import SlipwayScheduling
import Synchronization
import Testing

@testable import SlipwayOnline

/// What is taken from memory and what is asked for, with a store and a clock of the test's own.
struct RemoteItemsTests {
    private final class Clock: Sendable {
        let ns = Mutex<UInt64>(1_000_000_000_000)

        func pass(_ milliseconds: Int) { ns.withLock { $0 += UInt64(milliseconds) * 1_000_000 } }
    }

    private final class Tally: Sendable {
        let items = Mutex<[RemoteItemOutcome: Int]>([:])
        let failures = Mutex<[String: Int]>([:])

        func take() -> [RemoteItemOutcome: Int] {
            items.withLock { items in
                defer { items = [:] }
                return items
            }
        }
    }

    private let store = ScriptedItemStore()
    private let clock = Clock()
    private let tally = Tally()
    private let items: RemoteItems

    init() {
        var policy = RemoteItemPolicy()
        (policy.ttlMs, policy.staleMs, policy.switchMs, policy.limitBytes) = (1000, 5000, 300, 1 << 20)
        let clock = clock
        let tally = tally
        var events = RemoteItemEvents()
        events.items = { outcome, count in tally.items.withLock { $0[outcome, default: 0] += count } }
        events.failed = { kind, count in tally.failures.withLock { $0[kind, default: 0] += count } }
        store.state.withLock { $0.generation.types = ["price": .int64] }
        let maker = RemoteItemMaker(columns: ["price"], generator: nil, checked: nil)
        items = RemoteItems(store, maker, policy, events, now: { clock.ns.withLock { $0 } })
    }

    private func set(_ prices: [String: String]) {
        store.state.withLock { $0.items = prices.mapValues { ["price": $0] } }
    }

    private func prices(_ ids: [String]) -> [Int64?] {
        items.find(ids).items.map {
            $0?.columns["price"].flatMap { $0.isNull(0) ? nil : $0.elements(as: Int64.self)[0] }
        }
    }

    private var asked: [[String]] { store.asked }

    @Test func itemsAreAskedForOnceAndForgottenInTime() async throws {
        set(["a": "1", "b": "2"])
        #expect(prices(["a", "nobody", "b", "a"]) == [1, nil, 2, 1])
        #expect(asked == [["a", "nobody", "b"]] && tally.take() == [.fetched: 2, .absent: 1])
        set(["a": "10", "b": "20", "nobody": "30"])
        clock.pass(999)
        #expect(prices(["a", "nobody"]) == [1, nil] && tally.take() == [.fresh: 2])
        // Stale: the value of before, and the new one for the next request.
        clock.pass(1)
        #expect(prices(["a", "nobody"]) == [1, nil] && tally.take() == [.stale: 2])
        await until { asked.count == 2 }
        #expect(asked[1] == ["a", "nobody"])
        await until { prices(["a", "nobody"]) == [10, 30] }
        // Too old to be used: waited for.
        clock.pass(10_000)
        _ = tally.take()
        #expect(prices(["b"]) == [20] && tally.take() == [.fetched: 1])
    }

    @Test func oldValuesServeWhileTheStoreIsAway() {
        set(["a": "1"])
        #expect(prices(["a"]) == [1])
        store.state.withLock { $0.failure = "timeout" }
        clock.pass(1_000_000_000)
        _ = tally.take()
        let outcome = items.find(["a", "b"])
        #expect(outcome.items[0] != nil && outcome.items[1] == nil && outcome.asked == 2 && outcome.failed == 2)
        #expect(tally.take() == [.kept: 1, .failed: 1])
        #expect(tally.failures.withLock { $0 } == ["timeout": 2])
        // That it failed is not remembered.
        store.state.withLock { $0.failure = nil }
        set(["a": "3", "b": "4"])
        #expect(prices(["a", "b"]) == [3, 4])
    }

    @Test func whoIsLateTakesWhatMemoryHas() {
        set(["a": "1", "b": "2"])
        #expect(prices(["a"]) == [1])
        clock.pass(100_000)
        let late = items.fetch(["a", "b"], deadline: 0).find(["a", "b"])
        #expect(late.items[0] != nil && late.items[1] == nil && late.failed == 2 && asked.count == 1)
        #expect(tally.failures.withLock { $0 } == ["late": 2])
    }

    @Test func aSwitchIsSeenInItsTime() async {
        set(["a": "1", "b": "2"])
        #expect(prices(["a", "b"]) == [1, 2])
        clock.pass(10)
        let now = clock.ns.withLock { $0 }
        store.state.withLock {
            $0.generation.number += 1
            $0.generation.seenNs = now
        }
        set(["a": "10", "b": "20"])
        clock.pass(200)
        #expect(prices(["a"]) == [1], "the one before, for a while")
        await until { prices(["a"]) == [10] }
        clock.pass(101)
        #expect(prices(["a", "b"]) == [10, 20], "and not for longer")
    }

    /// Items of two types cannot stand in one column: those of before are left behind, fetched or not.
    @Test func otherTypesAreNotMixed() {
        set(["a": "1", "b": "2"])
        #expect(prices(["a"]) == [1])
        store.state.withLock {
            $0.generation.number += 1
            $0.generation.types = ["price": .list(.int64)]
            $0.failure = "timeout"
        }
        #expect(items.find(["a"]).items[0] == nil)
        store.state.withLock {
            $0.failure = nil
            $0.items = ["a": ["price": "[1]"], "b": ["price": "[2]"]]
        }
        let types = items.find(["a", "b"]).items.map { $0?.columns["price"]?.type }
        #expect(types == [.list(.int64), .list(.int64)])
    }

    @Test func valuesThatAreDamagedAreNullOrUnknown() {
        set(["a": "1", "b": "x", "c": "3", "d": "4"])
        store.state.withLock { $0.damaged = ["c"] }
        let outcome = items.find(["a", "b", "c", "d"])
        #expect(outcome.items.map { $0 != nil } == [true, true, false, true])
        #expect(outcome.items[1]?.columns["price"]?.isNull(0) == true)
        #expect(tally.failures.withLock { $0 } == ["value": 2] && outcome.failed == 0)
    }

    @Test func memoryIsBoundedAndTheLatestAreKept() {
        set(Dictionary(uniqueKeysWithValues: (0..<5000).map { ("\($0)", "\($0)") }))
        for start in stride(from: 0, to: 5000, by: 500) { _ = prices((start..<start + 500).map(String.init)) }
        #expect(items.sizeBytes <= 1 << 20 && items.count < 5000 && items.count > 1000)
        #expect(items.latest(2) == ["4999", "4998"])
        let count = asked.count
        #expect(items.prime(["1", "2"], deadline: .max) == 2 && prices(["1", "2"]) == [1, 2])
        #expect(asked.count == count + 1)
    }
}
