import Foundation
import SlipwayBackendAOT
import SlipwayCore
import SlipwayData
import SlipwayOnline
import SlipwayProtocol
import SlipwayTestSupport
import Testing

/// Requests to scores, against TorchEasyRec's predictions of the bundled example.
struct ScoringTests: ScoresExample {
    @Test func onlineEqualsOffline() throws {
        let example = try ExamplePackage.shared.get()
        let session = ScoringSession(try model(\.plain))
        for range in [0..<1, 1..<65, 65..<200] {
            let found = try probs(session, example.request(range))
            let gap = zip(found, example.expected[range]).map { abs(Double($0) - $1) }.max() ?? 1
            #expect(found.count == range.count)
            #expect(gap <= 1e-5, "rows \(range): \(gap)")
        }
    }

    /// One user and many candidates: user features once, tiled in the model or repeated before it.
    @Test(arguments: [false, true])
    func userFeaturesServeAllCandidates(isTiled: Bool) throws {
        let example = try ExamplePackage.shared.get()
        let reference = ScoringSession(try model(\.plain))
        let session = ScoringSession(try model { isTiled ? $0.tiled : $0.plain })
        for (user, candidates) in [(3, [3]), (5, Array(10..<50)), (7, [1, 1, 2])] {
            let rows = try probs(reference, example.expanded(user: user, candidates: candidates))
            let found = try probs(session, example.request(user: user, candidates: candidates))
            #expect(found.count == candidates.count)
            #expect((zip(found, rows).map { abs($0 - $1) }.max() ?? 1) <= 2e-6)
        }
    }

    @Test(arguments: [false, true])
    func requestsRunTogetherAsAlone(isTiled: Bool) throws {
        let example = try ExamplePackage.shared.get()
        let session = ScoringSession(try model { isTiled ? $0.tiled : $0.plain })
        let bodies = [(1, [4]), (2, [5, 6, 7]), (9, [1, 2])].map { example.request(user: $0.0, candidates: $0.1) }
        let alone = try bodies.map { try probs(session, $0) }
        for (index, body) in bodies.enumerated() { _ = try prepare(session, body, at: index) }
        try session.run(3)
        for index in 0..<3 {
            let found = try probs(session.request(index))
            #expect(found.count == alone[index].count)
            #expect((zip(found, alone[index]).map { abs($0 - $1) }.max() ?? 1) <= 2e-6)
        }
    }

    // MARK: Item features

    private func itemTable(_ model: ScoringModel, _ format: String) throws -> ItemTable {
        let example = try ExamplePackage.shared.get()
        let path = "\(example.folder)/items-\(UInt64.random(in: 0 ... .max)).\(format)"
        try example.writeItems(0..<100, to: path)
        let source: any ItemSource =
            format == "db" ? SQLiteItemSource(path: path, table: "items") : FileItemSource(path: path)
        return try model.loadItems(source, key: "id", limitBytes: nil)
    }

    @Test(arguments: ["parquet", "csv", "db"])
    func itemFeaturesComeFromTheTable(_ format: String) throws {
        let example = try ExamplePackage.shared.get()
        let model = try model(\.tiled) {
            $0.hasItems = true
            $0.itemEmptyScore = -5
        }
        let table = try itemTable(model, format)
        #expect(table.count == 100)
        #expect(table.slots.isEmpty == false)
        let session = ScoringSession(model)
        let candidates = [7, 99, 7, 0]
        let supplied = try probs(session, example.request(user: 4, candidates: candidates))
        let joined = try probs(
            session, example.request(user: 4, candidates: candidates, withItems: false), items: table)
        #expect((zip(joined, supplied).map { abs($0 - $1) }.max() ?? 1) <= 2e-6, "\(joined) against \(supplied)")
        #expect(session.request(0).itemHits == 4)
        // Unknown items get the score for them, in their place.
        let some = try probs(
            session,
            example.request(
                user: 4, candidates: candidates, withItems: false, ids: ["row7", "nobody", "row7", "row0"]),
            items: table)
        #expect(some[1] == -5)
        #expect(some[0] == joined[0] && some[2] == joined[2])
        #expect(abs(some[3] - joined[3]) <= 2e-6)
        #expect(session.request(0).unknownRows == [1])
        // What a request says of its items goes before what the table says.
        let override = try probs(
            session,
            example.request(user: 4, candidates: [50, 51, 52, 53], ids: candidates.map { "row\($0)" }), items: table)
        let own = try probs(session, example.request(user: 4, candidates: [50, 51, 52, 53]))
        #expect((zip(override, own).map { abs($0 - $1) }.max() ?? 1) <= 2e-6)
    }

    /// Values that a request leaves out are the item's; those it gives go before them, value by value, whatever their type.
    @Test(arguments: ["parquet", "db"])
    func valuesOfARequestWinOneByOne(_ format: String) throws {
        let example = try ExamplePackage.shared.get()
        let model = try model(\.tiled) { $0.hasItems = true }
        let table = try itemTable(model, format)
        let session = ScoringSession(model)
        let whole = try probs(session, example.request(user: 4, candidates: [7, 8, 9]))
        func price(_ values: [RequestBytes.Value], ids: [String] = ["row7", "row8", "row9"]) throws -> [Float] {
            let body = example.request(user: 4, candidates: [7, 8, 9], withItems: false, ids: ids)
            var more = RequestBytes()
            more.item("price", values)
            return try probs(session, body + more.bytes, items: table)
        }
        let none = try price([.missing, .missing, .missing])
        #expect((zip(none, whole).map { abs($0 - $1) }.max() ?? 1) <= 2e-6)
        let all = try price([.float(3), .float(3), .float(3)])
        let second = try price([.missing, .double(3), .missing])
        #expect(abs(second[0] - whole[0]) <= 2e-6 && abs(second[2] - whole[2]) <= 2e-6)
        #expect(abs(second[1] - all[1]) <= 2e-6 && abs(second[1] - whole[1]) > 1e-6)
        // An item nobody knows is known by one value of its own, and by no value of the request's context.
        _ = try? price([.missing, .missing, .float(1)], ids: ["x", "row8", "y"])
        #expect(session.request(0).unknownRows == [0])
        // Nobody known at all; nor with values for features that are not the items'.
        #expect(try price([.missing, .missing, .missing], ids: ["x", "y", "z"]) == [0, 0, 0])
    }

    /// A long list on several threads: the same scores, in the same order.
    @Test(arguments: [false, true])
    func longListsAreSplit(isTiled: Bool) throws {
        let example = try ExamplePackage.shared.get()
        let session = ScoringSession(try model { isTiled ? $0.tiled : $0.plain })
        let body = example.request(user: 3, candidates: (0..<500).map { $0 * 7 % 200 })
        let alone = try probs(session, body)
        let request = session.request(0)
        try body.withUnsafeBytes { try session.prepare($0, items: nil, into: request, threads: 3) }
        try session.run(1, threads: 3)
        #expect(try probs(request) == alone)
    }

    @Test func sourcesThatDoNotServeAreErrors() throws {
        let example = try ExamplePackage.shared.get()
        let model = try model(\.tiled) { $0.hasItems = true }
        let path = "\(example.folder)/wrong.parquet"
        try example.writeItems(0..<10, to: path)
        #expect(throws: SlipwayError.self) {
            try model.loadItems(FileItemSource(path: path), key: "nokey", limitBytes: nil)
        }
        #expect(throws: SlipwayError.self) {
            try model.loadItems(SQLiteItemSource(path: path, table: "items"), key: "id", limitBytes: nil)
        }
    }

    // MARK: Kinds of packages

    private static var hasCompiler: Bool { (try? Clang(environment: ProcessInfo.processInfo.environment)) != nil }

    @Test(
        .enabled(
            if: hasCompiler && AOTTarget.ofThisMachine != nil, "there is no clang, or no variant for this machine"),
        arguments: ["1", "2"])
    func compiledCodeRuns(_ mode: String) throws {
        let folder = try TemporaryFolder()
        let target = try #require(AOTTarget.ofThisMachine).rawValue
        try ExamplePackage.export(to: folder.path("p"), ["ENABLE_AOT": mode, "INPUT_TILE": "3"], targets: target)
        let model = try ScoringModel(name: "m", path: folder.path("p"))
        #expect(model.backend == target)
        #expect(model.backendNote == nil)
        let example = try ExamplePackage.shared.get()
        let found = try probs(ScoringSession(model), example.request(0..<200))
        #expect((zip(found, example.expected).map { abs(Double($0) - $1) }.max() ?? 1) <= 1e-5)
    }

    // MARK: Requests that are wrong

    @Test func wrongRequestsSayWhat() throws {
        let model = try model(\.plain) { $0.maxCandidates = 50 }
        let session = ScoringSession(model)
        let example = try ExamplePackage.shared.get()
        func problem(_ body: [UInt8]) -> String {
            do {
                _ = try probs(session, body)
                return ""
            } catch { return "\(error)" }
        }
        var short = RequestBytes()
        short.ids(["a", "b", "c"])
        short.context("item_id", [.int(1), .int(2)])
        #expect(problem(short.bytes).contains("there are 2 values for 3 items (in feature item_id)"))
        #expect(problem(example.request(0..<51)).contains("51 candidates, 50 are allowed"))
        var text = RequestBytes()
        text.ids(["a"])
        for name in ["age", "income", "price"] { text.user(name, .float(1)) }
        for name in ["profile", "item_vec"] { text.user(name, .floats([1, 2, 3, 4])) }
        text.context("item_id", [.text("x")])
        #expect(problem(text.bytes).contains("feature item_id: column item_id, row 0"), "\(problem(text.bytes))")
        // The session goes on as before.
        #expect(problem(example.request(0..<3)) == "")
    }

    @Test func damagedRequestsOnlyThrow() throws {
        let example = try ExamplePackage.shared.get()
        let session = ScoringSession(try model(\.tiled))
        let seeds = [example.request(0..<3), example.request(user: 1, candidates: [2, 3], withItems: true)]
        var numbers = SeededRandom(seed: Fuzz.seed(3))
        let count = Fuzz.count(1500)
        for index in 0..<count {
            do {
                _ = try probs(session, damaged(seeds[index % 2], &numbers))
            } catch let error as SlipwayError {
                #expect(error.code != .internalFault, "\(error)")
            }
        }
        Fuzz.report("scored requests", count)
    }

    @Test func explanationsAreUpstreamsText() throws {
        let example = try ExamplePackage.shared.get()
        for isTiled in [false, true] {
            let session = ScoringSession(try model { isTiled ? $0.tiled : $0.plain })
            let request = try prepare(session, example.request(0..<1, debugLevel: 1))
            let text = try #require(request.generatedTexts.first)
            // The first row of the example's data, as it stands in the file.
            #expect(text.hasPrefix("user_id:87 | gender:0 | age_bkt:0 | city:23 | tags:19,5,20,21 | skills:43,5,32"))
            #expect(text.contains(" | click_seq__item_id:72;337;390;433;87;225;65;175;144;17 | "))
            #expect(request.rawTexts.first?.contains("skills:43\u{3}5\u{3}32") == true)
        }
    }

    @Test func rowsOfNothingWarmAModelUp() throws {
        for isTiled in [false, true] {
            let session = ScoringSession(try model { isTiled ? $0.tiled : $0.plain })
            session.prepareEmpty(rows: 8, into: session.request(0))
            try session.run(1)
            #expect(session.request(0).outputs.allSatisfy { $0.shape == [8] })
        }
    }

    @Test func outputsAreChosen() throws {
        let model = try model(\.plain) { $0.outputs = ["probs"] }
        #expect(model.outputs == ["probs"])
        #expect(throws: SlipwayError.self) { try self.model(\.plain) { $0.outputs = ["prob"] } }
    }
}
