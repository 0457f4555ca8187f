import SlipwayCore
import Testing

@testable import SlipwayFeatureEngine

/// Features that read one another, request rows and user rows.
@Suite struct FeatureGraphTests {
    private func json(_ features: String...) -> String { "{\"features\": [\(features.joined(separator: ", "))]}" }

    private let age =
        "{\"feature_type\": \"raw_feature\", \"feature_name\": \"age\", \"expression\": \"user:age\", \"default_value\": \"\", \"boundaries\": [18, 30]}"

    /// The reader sees ids after bucketizing, whatever the order of the features.
    @Test func readersSeeTheFinalOutput() throws {
        let reader =
            "{\"feature_type\": \"combo_feature\", \"feature_name\": \"c\", \"expression\": [\"feature:age\", \"item:i\"], \"value_dim\": 0, \"vocab_list\": [\"1_x\", \"2_x\"], \"default_bucketize_value\": 9}"
        let results = try Generation.run(
            json(reader, age), [("age", .double([20, 40, nil])), ("i", .string(["x", "x", "x"]))])
        #expect(results["c"]?.ids == [0, 1])
        #expect(results["c"]?.lengths == [1, 1, 0])
        #expect(results["age"]?.ids == [1, 2])
    }

    @Test func chainsOfNumbersAndTexts() throws {
        let results = try Generation.run(
            json(
                "{\"feature_type\": \"expr_feature\", \"feature_name\": \"e\", \"variables\": [\"feature:r\"], \"expression\": \"r*2\", \"default_value\": \"-1\"}",
                "{\"feature_type\": \"raw_feature\", \"feature_name\": \"r\", \"expression\": \"user:x\", \"default_value\": \"3\", \"stub_type\": true}",
                "{\"feature_type\": \"id_feature\", \"feature_name\": \"t\", \"expression\": \"feature:n\", \"num_buckets\": 50}",
                "{\"feature_type\": \"text_normalizer\", \"feature_name\": \"n\", \"expression\": \"user:w\", \"parameter\": 8, \"stub_type\": true}"
            ),
            [("x", .string(["1", nil])), ("w", .string(["１２", "7"]))])
        #expect(results["e"]?.floats == [2, 6])
        #expect(results["t"]?.ids == [12, 7])
        #expect(results["n"]?.texts == ["12", "7"])
    }

    /// A text of one value may be cut by its reader: what vectors of lookup_feature need.
    @Test func scalarTextsAreCutByTheReader() throws {
        let results = try Generation.run(
            json(
                "{\"feature_type\": \"lookup_feature\", \"feature_name\": \"v__lookup\", \"map\": \"user:m\", \"key\": \"item:k\", \"default_value\": \"0,0\", \"value_type\": \"string\", \"needDiscrete\": true, \"combiner\": \"\", \"value_dim\": 1, \"stub_type\": true}",
                "{\"feature_type\": \"raw_feature\", \"feature_name\": \"v\", \"expression\": \"feature:v__lookup\", \"separator\": \",\", \"value_dim\": 2, \"default_value\": \"0\"}"
            ),
            [("m", .string(["a:1,2\u{1d}b:3,4"])), ("k", .string(["b", "zz", "a\u{1d}b"]))])
        #expect(results["v"]?.floats == [3, 4, 0, 0, 1, 2])
    }

    @Test func siblingsOfAGroupComeFirst() throws {
        let results = try Generation.run(
            json(
                "{\"sequence_name\": \"s\", \"sequence_length\": 9, \"sequence_delim\": \";\", \"features\": [{\"feature_type\": \"id_feature\", \"feature_name\": \"a\", \"expression\": \"item:x\", \"num_buckets\": 99, \"default_value\": \"0\"}, {\"feature_type\": \"id_feature\", \"feature_name\": \"b\", \"expression\": \"feature:a\", \"num_buckets\": 99, \"default_value\": \"0\"}]}",
                "{\"feature_type\": \"id_feature\", \"feature_name\": \"a\", \"expression\": \"item:x\", \"num_buckets\": 99}",
                "{\"feature_type\": \"id_feature\", \"feature_name\": \"flat\", \"expression\": \"feature:s__a\", \"num_buckets\": 99}"
            ),
            [("s__x", .string(["1;2;3", ""])), ("x", .string(["7", "8"]))])
        #expect(results["s__b"]?.ids == [1, 2, 3, 0])
        #expect(results["s__b"]?.lengths == [3, 1])
        #expect(results["flat"]?.ids == [1, 2, 3, 0])
        #expect(results["flat"]?.lengths == [3, 1])
    }

    @Test func circlesAndUnknownFeaturesAreErrors() {
        func problem(_ text: String) -> String {
            do {
                _ = try FeatureEngine(json: Array(text.utf8))
                return "none"
            } catch { return "\(error)" }
        }
        let a =
            "{\"feature_type\": \"id_feature\", \"feature_name\": \"a\", \"expression\": \"feature:b\", \"num_buckets\": 9}"
        let b =
            "{\"feature_type\": \"id_feature\", \"feature_name\": \"b\", \"expression\": \"feature:a\", \"num_buckets\": 9}"
        #expect(problem(json(a, b)).contains("features read one another in a circle: a, b"))
        #expect(problem(json(a)).contains("feature a: expression reads feature:b, which is no feature"))
    }

    // MARK: Requests

    private let request = [
        "{\"feature_type\": \"id_feature\", \"feature_name\": \"u\", \"expression\": \"user:u\", \"num_buckets\": 99}",
        "{\"feature_type\": \"raw_feature\", \"feature_name\": \"d\", \"expression\": \"user:d\", \"value_dim\": 2}",
        "{\"feature_type\": \"id_feature\", \"feature_name\": \"i\", \"expression\": \"item:i\", \"num_buckets\": 99}",
        "{\"feature_type\": \"combo_feature\", \"feature_name\": \"c\", \"expression\": [\"user:u\", \"item:i\"], \"value_dim\": 0, \"vocab_list\": [\"1_5\", \"2_5\", \"1_6\", \"2_6\"], \"default_bucketize_value\": 9}",
        "{\"sequence_name\": \"s\", \"sequence_length\": 9, \"sequence_delim\": \";\", \"features\": [{\"feature_type\": \"id_feature\", \"feature_name\": \"x\", \"expression\": \"item:x\", \"num_buckets\": 99, \"default_value\": \"0\"}]}",
    ]

    private let columns: [(String, Column)] = [
        ("u", .string(["1\u{1d}2"])), ("d", .string(["7\u{1d}8"])), ("i", .int64([5, 6, 7])),
        ("s__x", .string(["3;4"])),
    ]

    /// Columns of one row serve all rows; their features are repeated.
    @Test func oneUserRowForManyItems() throws {
        let results = try Generation.run(json(request.joined(separator: ",")), columns, rows: 3)
        #expect(results["u"]?.ids == [1, 2, 1, 2, 1, 2])
        #expect(results["u"]?.lengths == [2, 2, 2])
        #expect(results["d"]?.floats == [7, 8, 7, 8, 7, 8])
        #expect(results["i"]?.ids == [5, 6, 7])
        #expect(results["c"]?.ids == [0, 1, 2, 3, 9, 9])
        #expect(results["s__x"]?.ids == [3, 4, 3, 4, 3, 4])
        #expect(results["s__x"]?.lengths == [2, 2, 2])
    }

    /// Tiled models get user features once, and only row 0 of user columns counts.
    @Test func singleUserRows() throws {
        var wide = columns
        wide[0] = ("u", .string(["1\u{1d}2", "50", "51"]))
        wide[3] = ("s__x", .string(["3;4", "9", "9"]))
        for columns in [columns, wide] {
            let results = try Generation.run(
                json(request.joined(separator: ",")), columns, rows: 3, userRows: .single)
            #expect(results["u"]?.ids == [1, 2])
            #expect(results["u"]?.lengths == [2])
            #expect(results["d"]?.floats == [7, 8])
            #expect(results["i"]?.ids == [5, 6, 7])
            #expect(results["c"]?.ids == [0, 1, 2, 3, 9, 9])
            #expect(results["s__x"]?.ids == [3, 4])
        }
    }

    /// What is the user's is made once a request, whatever the number of candidates.
    @Test func userFeaturesAreMadeOnce() throws {
        let session = FeatureSession(try FeatureEngine(json: Array(json(request.joined(separator: ",")).utf8)))
        _ = try Generation.run(session, columns, rows: 3, userRows: .single)
        // Two steps of the sequence; the others count rows.
        #expect(session.counters.map(\.feature) == ["u", "d", "i", "c", "s__x"])
        #expect(session.counters.map(\.counters.rows) == [1, 1, 3, 3, 2])
    }

    /// Tiled models read how many candidates a request has.
    @Test func candidatesAreCounted() throws {
        let engine = try FeatureEngine(
            json: Array(json(request.joined(separator: ",")).utf8),
            options: .init(wanted: ["i.values", "i.lengths", "batch_size"]))
        let session = FeatureSession(engine)
        var inputs = InputBatch(slots: engine.slots)
        let batch = ColumnBatch(rowCount: 3, columns: columns.map { (name: $0.0, column: $0.1) })
        let slot = try #require(inputs.index(of: "batch_size"))
        try session.run(batch, into: &inputs, userRows: .single)
        #expect(inputs.buffers[slot].int32 == [3])
        try session.run(batch, into: &inputs)
        #expect(inputs.buffers[slot].int32 == [1, 1, 1])
    }

    @Test func userSideRule() throws {
        func userFeatures(_ features: String...) throws -> [String] {
            try FeatureEngine(json: Array("{\"features\": [\(features.joined(separator: ","))]}".utf8)).userFeatures
        }
        #expect(try userFeatures(request.joined(separator: ",")) == ["u", "d", "s__x"])
        let constant =
            "{\"feature_type\": \"combo_feature\", \"feature_name\": \"k\", \"expression\": [\"user:u\", \"const:1\"], \"hash_bucket_size\": 9}"
        #expect(try userFeatures(constant) == [])
        // The hidden helper of a vector lookup is no feature-to-feature input.
        let vector =
            "{\"feature_type\": \"lookup_feature\", \"feature_name\": \"v__lookup\", \"map\": \"user:m\", \"key\": \"user:k\", \"value_type\": \"string\", \"stub_type\": true}, {\"feature_type\": \"raw_feature\", \"feature_name\": \"v\", \"expression\": \"feature:v__lookup\"}"
        #expect(try userFeatures(constant, vector) == ["v__lookup", "v"])
        // With feature-to-feature inputs the leaves decide, and constants say nothing.
        let reader =
            "{\"feature_type\": \"id_feature\", \"feature_name\": \"r\", \"expression\": \"feature:k\", \"num_buckets\": 9}"
        let item =
            "{\"feature_type\": \"combo_feature\", \"feature_name\": \"q\", \"expression\": [\"feature:k\", \"item:i\"], \"hash_bucket_size\": 9}"
        #expect(try userFeatures(reader, item, constant) == ["r", "k"])
    }

    @Test func threadsDoNotChangeResults() throws {
        let one = try Generation.run(json(request.joined(separator: ",")), columns, rows: 3)
        let four = try Generation.run(json(request.joined(separator: ",")), columns, rows: 3, threads: 4)
        #expect(one == four)
    }

    @Test func emptyBatch() throws {
        let empty: [(String, Column)] = [
            ("u", .string([])), ("d", .string([])), ("i", .int64([])), ("s__x", .string([])),
        ]
        let results = try Generation.run(json(request.joined(separator: ",")), empty, rows: 0)
        #expect(results.values.allSatisfy { $0.ids.isEmpty && $0.floats.isEmpty && $0.lengths.isEmpty })
    }

    /// Only what is wanted, and what that reads, is made.
    @Test func wantedInputs() throws {
        let options = FeatureEngine.Options(wanted: ["c.values", "c.lengths"])
        let engine = try FeatureEngine(json: Array(json(request.joined(separator: ",")).utf8), options: options)
        #expect(engine.slots.map(\.name) == ["c.values", "c.lengths"])
        #expect(engine.neededColumns == ["u", "i"])
        do {
            _ = try FeatureEngine(
                json: Array(json(age).utf8), options: .init(wanted: ["age.values", "income.values"]))
            Issue.record("no error")
        } catch {
            #expect("\(error)".contains("the model reads income.values, but fg.json has no feature income"))
        }
    }
}
