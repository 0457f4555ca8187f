import SlipwayCore
import Testing

@testable import SlipwayOnline

struct RecentItemsTests {
    private func item(_ value: Int64) -> LookedUpItem { LookedUpItem(columns: ["x": .int64([value])], inputs: nil) }

    /// Room for so many items with names of one letter.
    private func room(_ count: Int) -> RecentItems<LookedUpItem> {
        var one = RecentItems<LookedUpItem>(limitBytes: 1 << 20)
        one.insert("a", item(0))
        return RecentItems(limitBytes: one.sizeBytes * count)
    }

    private func value(_ items: inout RecentItems<LookedUpItem>, _ id: String) -> Int64? {
        guard case .some(let item?) = items.find(id) else { return nil }
        return item.columns["x"]?.elements(as: Int64.self).first
    }

    @Test func theOldestGoFirst() {
        var items = room(3)
        for (value, id) in ["a", "b", "c"].enumerated() { items.insert(id, item(Int64(value))) }
        #expect(value(&items, "a") == 0)
        items.insert("d", item(3))
        // "b" had not been asked for longest.
        #expect(value(&items, "b") == nil)
        #expect(["a", "c", "d"].map { value(&items, $0) } == [0, 2, 3])
        items.insert("c", item(7))
        #expect(items.count == 3)
        items.insert("e", item(4))
        #expect(items.latest(2) == ["e", "c"] && items.latest(9) == ["e", "c", "d"])
        #expect(["a", "c", "d", "e"].map { value(&items, $0) } == [nil, 7, 3, 4])
    }

    @Test func unknownIdsAreKeptAndNothingBeyondTheLimit() {
        var items = room(2)
        #expect(value(&items, "a") == nil)
        items.insert("a", nil)
        guard case .some(.none) = items.find("a") else {
            Issue.record("it is not known to be unknown")
            return
        }
        let before = items.sizeBytes
        items.insert(String(repeating: "x", count: 10_000), item(1))
        #expect(items.count == 1 && items.sizeBytes == before)
        for id in 0..<1000 { items.insert("\(id % 7)", item(Int64(id))) }
        #expect(items.count <= 2)
        #expect(value(&items, "\(999 % 7)") == 999)
    }
}
