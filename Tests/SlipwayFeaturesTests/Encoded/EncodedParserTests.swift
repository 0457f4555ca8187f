import SlipwayCore
import SlipwayFeatureFixtures
import Testing

@testable import SlipwayFeatures

@Suite struct EncodedParserTests {
    private func features() throws -> FeatureSet {
        try Configs.features(
            "id_feature { feature_name: \"user_id\" expression: \"user:user_id\" embedding_dim: 4 num_buckets: 9 }",
            "id_feature { feature_name: \"kv\" expression: \"item:kv\" embedding_dim: 4 num_buckets: 9 weighted: true }",
            "raw_feature { feature_name: \"vec\" expression: \"item:vec\" value_dim: 2 }",
            "id_feature { feature_name: \"hidden\" embedding_dim: 4 stub_type: true }",
            """
            sequence_feature { sequence_name: "seq" sequence_length: 5 sequence_delim: ";"
              features { id_feature { feature_name: "a" embedding_dim: 4 num_buckets: 9 value_dim: 0 } }
              features { raw_feature { feature_name: "b" } } }
            """)
    }

    @Test func slotsAndColumns() throws {
        let parser = try EncodedParser(features(), weights: .weightedOnly)
        #expect(
            parser.slots == [
                InputSlot(name: "user_id.values", element: .int64), InputSlot(name: "user_id.lengths", element: .int32),
                InputSlot(name: "kv.values", element: .int64), InputSlot(name: "kv.lengths", element: .int32),
                InputSlot(name: "kv.weights", element: .float),
                InputSlot(name: "vec.values", element: .float, width: 2),
                InputSlot(name: "seq__a.values", element: .int64), InputSlot(name: "seq__a.lengths", element: .int32),
                InputSlot(name: "seq__a.key_lengths", element: .int32),
                InputSlot(name: "seq__b.values", element: .float), InputSlot(name: "seq__b.lengths", element: .int32),
            ])
        #expect(parser.neededColumns == ["user_id", "kv", "vec", "seq__a", "seq__b"])
        let part = try EncodedParser(features(), neededFeatures: ["vec", "kv"])
        #expect(part.slots.map(\.name) == ["vec.values", "kv.values", "kv.lengths"])
    }

    private func batch(_ rows: Int) -> ColumnBatch {
        ColumnBatch(
            rowCount: rows,
            columns: [
                ("user_id", .int64([Int64?](repeating: 5, count: rows))),
                (
                    "vec",
                    .list(
                        lengths: [Int?](repeating: 2, count: rows),
                        child: .float([Float?](repeating: 1, count: rows * 2)))
                ),
            ])
    }

    @Test func batchesOfChangingSizeShareOneInputBatch() throws {
        let parser = try EncodedParser(features(), neededFeatures: ["user_id", "vec"])
        var inputs = InputBatch(slots: parser.slots)
        for rows in [3, 0, 1] {
            try parser.parse(batch(rows), into: &inputs)
            #expect(inputs.rowCount == rows)
            #expect(inputs.buffers[0].int64 == [Int64](repeating: 5, count: rows))
            #expect(inputs.buffers[1].int32 == [Int32](repeating: 1, count: rows))
            #expect(inputs.buffers[2].float == [Float](repeating: 1, count: rows * 2))
        }
    }

    @Test func oneUserRow() throws {
        let parser = try EncodedParser(features(), neededFeatures: ["user_id", "vec"])
        var inputs = InputBatch(slots: parser.slots)
        try parser.parse(batch(3), into: &inputs, singleUserRow: true)
        #expect(inputs.rowCount == 3)
        #expect(inputs.buffers[0].int64 == [5] && inputs.buffers[1].int32 == [1])
        #expect(inputs.buffers[2].float.count == 6)
    }

    @Test func candidatesAreCounted() throws {
        let parser = try EncodedParser(features(), neededFeatures: ["user_id", "vec"], countsCandidates: true)
        #expect(parser.slots.last == InputSlot(name: "batch_size", element: .int32))
        var inputs = InputBatch(slots: parser.slots)
        // A file's row is a request with one candidate; with one user row, the batch is a request.
        try parser.parse(batch(3), into: &inputs)
        #expect(inputs.buffers[3].int32 == [1, 1, 1])
        try parser.parse(batch(3), into: &inputs, singleUserRow: true)
        #expect(inputs.buffers[3].int32 == [3])
        try parser.parse(batch(0), into: &inputs, singleUserRow: true)
        #expect(inputs.buffers[3].int32.isEmpty)
    }

    @Test func refusals() throws {
        let set = try features()
        let parser = try EncodedParser(set, neededFeatures: ["user_id"])
        var inputs = InputBatch(slots: parser.slots)
        let misnamed = ColumnBatch(rowCount: 1, columns: [("usr_id", .int64([1])), ("other", .int64([1]))])
        #expect(
            errorText { try parser.parse(misnamed, into: &inputs) }
                == "there is no column named user_id, which feature user_id reads — did you mean usr_id?")
        let short = ColumnBatch(rowCount: 2, columns: [("user_id", .int64([1]))])
        #expect(errorText { try parser.parse(short, into: &inputs) }?.contains("has 1 rows, the batch has 2") == true)
        var foreign = InputBatch(slots: [])
        #expect(errorText { try parser.parse(short, into: &foreign) }?.contains("other slots") == true)
        #expect(errorText { _ = try EncodedParser(set, neededFeatures: ["hidden"]) }?.contains("stub_type") == true)
        #expect(
            errorText { _ = try EncodedParser(set, neededFeatures: ["vex"]) }?.contains("did you mean vec?") == true)
        let raw = try Configs.features(Feature.id("expression: \"user:a\""), options: .init(mode: .dag))
        #expect(errorText { _ = try EncodedParser(raw) }?.contains("FG_NONE") == true)
    }
}
