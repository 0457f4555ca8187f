import SlipwayCore
import SlipwayRecall
import SlipwayTestSupport
import Testing

/// What is found, against brute force over the same vectors in numpy.
@Suite struct RecallIndexTests {
    private func check(_ recall: RecallIndex, probes: Int) throws {
        let expected = try Fixture.expected()
        let near = expected.near(recall.index.type.metric)
        #expect(near.count == expected.users.count)
        for (user, near) in zip(expected.users, near) {
            let hits = try recall.nearest(user[...], neighbours: expected.top, probes: probes)
            #expect(hits.map { recall.ids[$0.number] } == near.ids.map(String.init))
            #expect(hits.map(\.score) == near.scores)
        }
    }

    @Test(arguments: ["flat_ip", "flat_l2", "ivf_ip", "ivf_l2", "hnsw_ip", "hnsw_l2"])
    func readsWhatPythonWrote(_ name: String) throws {
        let recall = try RecallIndex(folder: Fixture.path(name))
        #expect(recall.index.count == 60 && recall.index.dimensions == 8)
        #expect(recall.index.listCount == (name.hasPrefix("ivf") ? 6 : 0))
        #expect(recall.index.type.metric == (name.hasSuffix("l2") ? .l2 : .innerProduct))
        try check(recall, probes: 6)
    }

    @Test(arguments: IndexType.allCases)
    func buildsAndReadsBack(_ type: IndexType) throws {
        let folder = try TemporaryFolder()
        let summary = try Fixture.build(type).run(into: "\(folder.path)/index", overwrite: false)
        #expect(summary.items == 60 && summary.dimensions == 8 && summary.duplicates == 0)
        let recall = try RecallIndex(folder: "\(folder.path)/index")
        #expect(recall.index.type == type)
        try check(recall, probes: 6)
    }

    @Test func flatFilesArePythonsByteForByte() throws {
        let folder = try TemporaryFolder()
        for (type, name) in [(IndexType.flatIP, "flat_ip"), (.flatL2, "flat_l2")] {
            _ = try Fixture.build(type).run(into: "\(folder.path)/\(name)", overwrite: false)
            for file in [RecallIndex.indexName, RecallIndex.mappingName] {
                #expect(
                    try MappedFile.contents(of: "\(folder.path)/\(name)/\(file)") == Fixture.bytes("\(name)/\(file)"))
            }
        }
    }

    @Test func fewerListsFindLessAndNeverWorse() throws {
        let expected = try Fixture.expected()
        let recall = try RecallIndex(folder: Fixture.path("ivf_ip"))
        var found = 0
        for (user, near) in zip(expected.users, expected.near(.innerProduct)) {
            let hits = try recall.nearest(user[...], neighbours: 5, probes: 1)
            found += hits.count { near.ids.map(String.init).contains(recall.ids[$0.number]) }
            #expect(zip(hits, near.scores).allSatisfy { $0.score <= $1 })
        }
        #expect(found > 0 && found < 60)
    }

    @Test func asksForMoreThanThereAre() throws {
        let recall = try RecallIndex(folder: Fixture.path("ivf_ip_one"))
        let user = try Fixture.expected().users[0]
        #expect(try recall.nearest(user[...], neighbours: 100, probes: 6).map { recall.ids[$0.number] } == ["1000"])
        let (numbers, _) = try recall.index.search(user, neighbours: 3, probes: 6)
        #expect(numbers == [0, -1, -1])
        #expect(try recall.nearest([], neighbours: 3, probes: 6).isEmpty)
    }

    @Test func interestsAreMergedByItem() throws {
        let expected = try Fixture.expected()
        let recall = try RecallIndex(folder: Fixture.path("flat_ip"))
        for row in 0..<12 {
            let other = row == 5 ? [Float](repeating: 0, count: 8) : expected.users[(row + 1) % 12]
            let hits = try recall.nearest((expected.users[row] + other)[...], neighbours: 5, probes: 1)
            #expect(hits.map { recall.ids[$0.number] } == expected.across[row].map(String.init))
        }
    }

    @Test func refusesAMappingOfAnotherIndex() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write(try Fixture.bytes("flat_ip/faiss_index"), to: "faiss_index")
        _ = try folder.write(Array("1\n2\n".utf8), to: "id_mapping")
        let error = try failure { try RecallIndex(folder: folder.path) }
        #expect(error.code == .mismatch && error.message.contains("60 items, its id mapping 2"))
        let lonely = try TemporaryFolder()
        _ = try lonely.write(try Fixture.bytes("flat_ip/faiss_index"), to: "faiss_index")
        #expect(try failure { try RecallIndex(folder: lonely.path) }.code == .notFound)
        #expect(!RecallIndex.isPresent(in: "\(lonely.path)/none"))
    }

    @Test func refusesQueriesOfAnotherWidth() throws {
        let recall = try RecallIndex(folder: Fixture.path("flat_ip"))
        #expect(try failure { try recall.index.search([1, 2, 3], neighbours: 1, probes: 1) }.code == .mismatch)
        let many = try failure {
            try recall.index.search([Float](repeating: 0, count: 16), neighbours: 1 << 40, probes: 1)
        }
        #expect(many.code == .outOfRange)
    }

    @Test func idsMayBeAnyTextButLineBreaks() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/ids"
        try ItemIDs(["ü b", "", "7"]).write(to: path)
        let read = try ItemIDs(path: path)
        #expect((0..<read.count).map { read[$0] } == ["ü b", "", "7"])
        #expect(try failure { try ItemIDs(["a\nb"]).write(to: path) }.message.contains("line break"))
        #expect(try failure { try ItemIDs(["a"]).write(to: "\(folder.path)/no/ids") }.code == .ioFailure)
        _ = try folder.write(Array("a\nb".utf8), to: "open")
        #expect(try ItemIDs(path: "\(folder.path)/open").count == 2)
    }
}
