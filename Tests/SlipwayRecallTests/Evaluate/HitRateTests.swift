import SlipwayCore
import SlipwayData
import SlipwayRecall
import SlipwayTestSupport
import Testing

/// Hit rates against sets and brute force in Python.
@Suite struct HitRateTests {
    private func rate() throws -> HitRate {
        var rate = HitRate(users: RowSource(path: Fixture.path("users.parquet"), batchSize: 5))
        rate.top = try Fixture.expected().top
        rate.threads = 1
        return rate
    }

    private func recall() throws -> RecallIndex { try RecallIndex(folder: Fixture.path("flat_ip")) }

    @Test(arguments: ["gt_items", "gt_text"])
    func countsHits(_ field: String) throws {
        let expected = try Fixture.expected()
        let folder = try TemporaryFolder()
        var rate = try rate()
        rate.wantedField = field
        rate.detailsPath = "\(folder.path)/details"
        rate.totalPath = "\(folder.path)/total"
        let summary = try rate.run(try recall())
        #expect(summary.requests == 12 && summary.skipped == 1)
        #expect(summary.hits == expected.hits && summary.wanted == expected.wanted)
        #expect(summary.rate == Double(expected.hits) / Double(expected.wanted))

        let details = try RowReader(paths: "\(folder.path)/details/part-0.parquet", batchSize: 100)
        let rows = try #require(try details.next())
        #expect(details.schema.names == ["id", "topk_ids", "topk_dists", "hitrate", "hit_ids"])
        #expect(rows["hit_ids"]?.ranges()?.map { $0?.count ?? -1 } == expected.hitsByRow)
        let near = expected.near(.innerProduct)
        #expect(
            try cells(#require(rows["topk_ids"]))
                == near.map { "[[\($0.ids.map { "\"\($0)\"" }.joined(separator: ", "))]]" })
        #expect(
            try cells(#require(rows["topk_dists"]))
                == near.map { "[[\($0.scores.map { "\($0)" }.joined(separator: ", "))]]" })
        #expect(rows["hitrate"]?.isNull(3) == true && rows["id"]?.strings()?[3] == "r3")
        let total = try RowReader(paths: "\(folder.path)/total/part-0.parquet", batchSize: 1)
        #expect(try total.next()?["hitrate"]?.doubles() == [summary.rate])
    }

    @Test func countsInterests() throws {
        let expected = try Fixture.expected()
        var rate = try rate()
        rate.embeddingField = "interests"
        rate.interests = 2
        rate.interestsField = "interest_count"
        #expect(try rate.run(try recall()).hits == expected.hitsEach)
        rate.interestsField = nil
        rate.isAcrossInterests = true
        #expect(try rate.run(try recall()).hits == expected.hitsAcross)
    }

    @Test func saysWhatIsWrong() throws {
        let recall = try recall()
        func error(_ change: (inout HitRate) -> Void) throws -> SlipwayError {
            var rate = try rate()
            change(&rate)
            return try failure { try rate.run(recall) }
        }
        #expect(try error { $0.embeddingField = "interests" }.fix?.contains("--num_interests 2") == true)
        #expect(try error { $0.top = 0 }.code == .invalidArgument)
        #expect(try error { $0.wantedField = "nothing" }.code == .notFound)
        #expect(try error { $0.interestsField = "gt_text" }.code == .mismatch)
        #expect(
            try error {
                $0.detailsPath = "/nowhere"
                $0.writerType = "OrcWriter"
            }.code == .invalidArgument)
        let folder = try TemporaryFolder()
        let narrow = try folder.write(Array("request_id,gt_items,user_tower_emb\n1,2,\"1,2\"\n".utf8), to: "narrow.csv")
        #expect(
            try error { $0.users = RowSource(path: narrow) }.message.contains(
                "users have 2 dimensions in column user_tower_emb"))
        let nothing = "1,,\"1,2,3,4,5,6,7,8\"\n"
        let none = try folder.write(Array("request_id,gt_items,user_tower_emb\n\(nothing)".utf8), to: "none.csv")
        #expect(try error { $0.users = RowSource(path: none) }.message.contains("none of 1 requests has items"))
    }
}
