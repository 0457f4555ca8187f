import CSlipwaySystem
import SlipwayCore
import SlipwayOnline
import SlipwayTestSupport
import Testing

/// Item features beyond the memory they may have.
struct ItemTableTests: ScoresExample {
    private static let total = 100
    private static let emptyScore: Float = -5

    private func itemModel() throws -> ScoringModel {
        try model(\.tiled) {
            $0.hasItems = true
            $0.itemEmptyScore = Self.emptyScore
        }
    }

    /// A table with room for about half of its items.
    private func half(_ model: ScoringModel, _ source: any ItemSource, total: Int = total) throws -> ItemTable {
        let whole = try model.loadItems(source, key: "id", limitBytes: nil)
        #expect(whole.count == total && whole.leftOut == 0)
        let table = try model.loadItems(source, key: "id", limitBytes: whole.sizeBytes / 2)
        #expect((total / 20...total * 19 / 20).contains(table.count), "\(table.count)")
        #expect(table.count + table.leftOut == total)
        #expect(table.sizeBytes <= whole.sizeBytes / 2)
        return table
    }

    /// The first items are kept; the rest is unknown.
    @Test(arguments: ["parquet", "csv"])
    func aFileIsKeptInPart(_ format: String) throws {
        let example = try ExamplePackage.shared.get()
        let folder = try TemporaryFolder()
        let path = folder.path("items.\(format)")
        try example.writeItems(0..<Self.total, to: path)
        let model = try itemModel()
        let source = FileItemSource(path: path)
        let table = try half(model, source)
        #expect(!table.looksUp)
        let session = ScoringSession(model)
        let candidates = [0, table.count - 1, table.count, Self.total - 1]
        let supplied = try probs(session, example.request(user: 4, candidates: candidates))
        let found = try probs(
            session, example.request(user: 4, candidates: candidates, withItems: false), items: table)
        #expect((zip(found[..<2], supplied).map { abs($0 - $1) }.max() ?? 1) <= 2e-6)
        #expect(found[2...] == [Self.emptyScore, Self.emptyScore])
        #expect(session.request(0).itemsAsked == 0)
        let none = try model.loadItems(source, key: "id", limitBytes: 1000)
        #expect(none.count == 0 && none.leftOut == Self.total)
        let unknown = try probs(session, example.request(user: 4, candidates: [1], withItems: false), items: none)
        #expect(unknown == [Self.emptyScore])
    }

    /// What a database has no room for is looked up, and kept for the next request.
    @Test func aDatabaseIsAsked() throws {
        let example = try ExamplePackage.shared.get()
        let folder = try TemporaryFolder()
        try example.writeItems(0..<Self.total, to: folder.path("items.db"))
        let copies = 30
        try ExamplePackage.multiplyItems(folder.path("items.db"), by: copies)
        let model = try itemModel()
        let source = SQLiteItemSource(path: folder.path("items.db"), table: "items")
        let total = Self.total * copies
        let table = try half(model, source, total: total)
        #expect(table.looksUp)
        let session = ScoringSession(model)
        func check(_ candidates: [Int], asked: Int, _ table: ItemTable) throws {
            let ids = candidates.map { $0 < total ? "row\($0 % Self.total)-\($0 / Self.total)" : "nobody" }
            let known = candidates.map { $0 % Self.total }
            let supplied = try probs(session, example.request(user: 4, candidates: known))
            let found = try probs(
                session, example.request(user: 4, candidates: known, withItems: false, ids: ids), items: table)
            #expect(found.count == candidates.count)
            for (index, candidate) in candidates.enumerated() {
                let score = candidate < total ? supplied[index] : Self.emptyScore
                #expect(abs(found[index] - score) <= 2e-6, "\(candidate)")
            }
            #expect(session.request(0).itemsAsked == asked, "\(candidates)")
            #expect(session.request(0).itemsFailed == 0)
        }
        let last = total - 1
        try check([last, 0, last, last - 1, total], asked: 3, table)
        #expect(table.recentCount == 3)
        try check([last, 0, last, last - 1, total], asked: 0, table)
        try check([last - 2, last], asked: 1, table)
        // Without any room everything is asked for each time.
        let none = try model.loadItems(source, key: "id", limitBytes: 1000)
        #expect(none.count == 0)
        for _ in 0..<2 { try check([5, 6], asked: 2, none) }
        try check([total], asked: 1, none)
    }

    private func run(_ sql: String, on path: String) throws {
        var handle: OpaquePointer?
        try #require(sqlite3_open(path, &handle) == SQLITE_OK)
        defer { sqlite3_close(handle) }
        try #require(sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK, "\(sql)")
    }

    /// Reading a table from end to end for a request is out of the question.
    @Test func aTableWithoutAnIndexIsNotAsked() throws {
        let folder = try TemporaryFolder()
        try ExamplePackage.shared.get().writeItems(0..<Self.total, to: folder.path("items.db"))
        try run("CREATE TABLE plain AS SELECT * FROM items", on: folder.path("items.db"))
        let table = try half(itemModel(), SQLiteItemSource(path: folder.path("items.db"), table: "plain"))
        #expect(!table.looksUp)
    }

    /// Items that could not be asked for are unknown to this request, and asked for again.
    @Test func aDatabaseThatFailsLeavesTheOthersScored() throws {
        let example = try ExamplePackage.shared.get()
        let folder = try TemporaryFolder()
        let path = folder.path("items.db")
        try example.writeItems(0..<Self.total, to: path)
        let model = try itemModel()
        let table = try half(model, SQLiteItemSource(path: path, table: "items"))
        try run("ALTER TABLE items RENAME TO away", on: path)
        let session = ScoringSession(model)
        let body = example.request(user: 4, candidates: [0, 99], withItems: false)
        let failed = try probs(session, body, items: table)
        #expect(failed[0] != Self.emptyScore && failed[1] == Self.emptyScore)
        #expect(session.request(0).itemsFailed == 1)
        try run("ALTER TABLE away RENAME TO items", on: path)
        let again = try probs(session, body, items: table)
        let supplied = try probs(session, example.request(user: 4, candidates: [0, 99]))
        #expect((zip(again, supplied).map { abs($0 - $1) }.max() ?? 1) <= 2e-6)
    }
}
