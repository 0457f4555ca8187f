import SlipwayCore
import Testing

@testable import SlipwayFeatureEngine

/// Rules where several parts of the engine meet, each with values worked out by hand from the definition of the feature.
@Suite struct CombinedRuleTests {
    private let x = "\"expression\": \"user:x\""

    // MARK: Ids

    /// Ids for zero collision hashing are hashes mod 2^63 − 1, to be remapped by the model.
    @Test func hashesForZeroCollisionTables() throws {
        try FeatureCase.ids(
            "id_feature", "\(x), \"hash_bucket_size\": 9223372036854775807", [("x", .string(["1", "abc"]))],
            [[936_598_836_637_044_388], [3_663_726_644_998_027_833]])
    }

    /// Fingerprint64 of "1" and "abc" end in 49 and 85.
    @Test func farmHashIsAnOption() throws {
        let result = try FeatureCase.generate(
            "id_feature", "\(x), \"hash_bucket_size\": 100", [("x", .string(["1", "abc"]))], options: .init(hash: .farm)
        )
        #expect(result.ids == [49, 85])
    }

    @Test func weightsInListsAndMaps() throws {
        let keys = "\(x), \"num_buckets\": 100, \"weighted\": true, \"default_value\": \"9\""
        let list = try FeatureCase.generate(
            "id_feature", keys, [("x", .list(lengths: [2, 0], child: .string(["4:0.5", "5"])))])
        #expect(list.ids == [4, 5, 9])
        #expect(list.weights == [0.5, 1, 1])
        let map = Column.map(lengths: [2], keys: .int64([7, 8]), values: .int32([3, 4]))
        let mapped = try FeatureCase.generate("id_feature", keys, [("x", map)])
        #expect(mapped.ids == [7, 8])
        #expect(mapped.weights == [3, 4])
    }

    @Test func weightedIDsAreBucketizedOnly() throws {
        let keys = "\(x), \"num_buckets\": 100, \"weighted\": true, \"default_value\": \"9\""
        let result = try FeatureCase.generate(
            "id_feature", keys, [("f", .string(["3:0.5\u{1d}4", nil]))], options: .init(mode: .bucketizeOnly))
        #expect(result.ids == [3, 4, 9])
        #expect(result.weights == [0.5, 1, 1])
    }

    // MARK: Normalizers and boundaries on what operators make

    @Test func lookedUpSumsAreNormalizedAndDefaultsAreNot() throws {
        let keys =
            "\"map\": \"user:m\", \"key\": \"item:k\", \"combiner\": \"sum\", \"value_type\": \"float\", \"default_value\": \"-1\", \"normalizer\": \"method=minmax,min=0,max=10\""
        let columns: [(String, Column)] = [("m", .string(["a:1\u{1d}b:2.5"])), ("k", .string(["a\u{1d}b", "c"]))]
        try FeatureCase.floats("lookup_feature", keys, columns, [0.35, -1])
        try FeatureCase.ids("lookup_feature", "\(keys), \"boundaries\": [-0.5, 0.35]", columns, [[2], [0]])
    }

    @Test func matchedNumbersAreNormalizedAndBucketized() throws {
        let keys =
            "\"user\": \"user:n\", \"category\": \"item:p\", \"item\": \"item:s\", \"matchType\": \"hit\", \"value_type\": \"float\", \"default_value\": \"0\", \"normalizer\": \"method=zscore,mean=2,standard_deviation=4\", \"boundaries\": [0.4, 0.5]"
        try FeatureCase.ids(
            "match_feature", keys,
            [("n", .string(["p^s:4|q^s:3"])), ("p", .string(["p", "q", "r"])), ("s", .string(["s"]))],
            [[2], [0], [0]])
    }

    /// The text hashed is name and value, 11 of 100 by std::hash; the default is hashed bare, "0" is 26.
    @Test func matchedTextsAreHashedWithTheName() throws {
        let keys =
            "\"user\": \"user:n\", \"category\": \"item:p\", \"item\": \"item:s\", \"matchType\": \"hit\", \"value_type\": \"string\", \"needDiscrete\": true, \"default_value\": \"0\", \"hash_bucket_size\": 100"
        try FeatureCase.ids(
            "match_feature", keys,
            [("n", .string(["p1^s2:2"])), ("p", .string(["p1", "p2"])), ("s", .string(["s2"]))], [[11], [26]])
    }

    @Test func overlapsAreNormalized() throws {
        let keys =
            "\"query\": \"user:q\", \"title\": \"item:t\", \"separator\": \",\", \"method\": \"query_common_ratio\", \"normalizer\": \"method=minmax,min=0,max=2\""
        try FeatureCase.floats(
            "overlap_feature", keys, [("q", .string(["a,b"])), ("t", .string(["a,c"]))], [0.25])
    }

    /// Without a default a missing side is 0, one value a row, and is bucketized.
    @Test func dotProductsAreBucketized() throws {
        try FeatureCase.ids(
            "kv_dot_product",
            "\"query\": \"user:q\", \"document\": \"item:d\", \"default_value\": \"\", \"boundaries\": [0.5, 10]",
            [("q", .string(["a:2", "a:2", nil])), ("d", .string(["a:3", "a:5", "a:1"]))], [[1], [2], [0]])
    }

    // MARK: Steps

    /// Degrees of the equator are 6371 km · π / 180 long; an input of one step serves all steps.
    @Test func distancesStepByStep() throws {
        let keys =
            "\"operator_name\": \"SeqExpr\", \"is_sequence\": true, \"sequence_delim\": \";\", \"sequence_length\": 9, \"default_value\": \"-1\", \"formula\": \"spherical_distance\", \"expression\": [\"user:a\", \"user:b\", \"user:c\", \"user:d\"], \"boundaries\": [100, 200]"
        let result = try FeatureCase.generate(
            "custom_feature", keys,
            [
                ("a", .string(["0", "0"])), ("b", .double([0, 0])), ("c", .string(["0.5;1;2", ""])),
                ("d", .string(["0", "0"])),
            ])
        #expect(result.ids == [0, 1, 2, 0])
        #expect(result.lengths == [3, 1])
    }

    @Test func patternsStepByStep() throws {
        try FeatureCase.steps(
            "regex_replace_feature",
            "\(x), \"regex_pattern\": \"a\", \"replacement\": \"\", \"is_sequence\": true, \"sequence_delim\": \";\", \"sequence_length\": 4, \"value_dim\": 0, \"vocab_list\": [\"b\", \"c\", \"a\"], \"default_bucketize_value\": 0, \"default_value\": \"a\"",
            [("x", .string(["ab;;ca\u{1d}b;a;c", nil]))], [[[0], [2], [1, 0], [2]], [[2]]])
    }

    /// `sequence_fields` says which inputs have steps, outside groups too.
    @Test func statedSequenceFields() throws {
        try FeatureCase.steps(
            "sequence_combo_feature",
            "\"expression\": [\"user:a\", \"user:b\"], \"sequence_fields\": [\"b\"], \"sequence_delim\": \";\", \"value_dim\": 0, \"default_value\": \"none\", \"vocab_list\": [\"none\", \"u;v_1\", \"u;v_2\"], \"default_bucketize_value\": 0",
            [("a", .string(["u;v"])), ("b", .string(["1;2"]))], [[[1], [2]]])
    }

    /// Vectors that a group's steps look up: a hidden feature gives a text a step, which its reader cuts.
    @Test func vectorsStepByStep() throws {
        let json = """
            {"features": [{"sequence_name": "s", "sequence_length": 5, "sequence_delim": ";", "features": [
              {"feature_type": "lookup_feature", "feature_name": "v__lookup", "map": "user:m", "key": "item:k",
               "default_value": "0,0", "value_type": "string", "needDiscrete": true, "combiner": "", "value_dim": 1,
               "stub_type": true},
              {"feature_type": "raw_feature", "feature_name": "v", "expression": "feature:v__lookup",
               "sequence_fields": ["v__lookup"], "separator": ",", "value_dim": 2, "default_value": "0"}]}]}
            """
        let result = try Generation.run(
            json, [("m", .string(["a:1,2\u{1d}b:3,4"])), ("s__k", .string(["b;zz;a", ""]))])["s__v"]
        #expect(result?.floats == [3, 4, 0, 0, 1, 2, 0, 0])
        #expect(result?.lengths == [3, 1])
    }

    // MARK: Counters

    @Test func everyKindOfBadValueIsCounted() throws {
        let json = """
            {"features": [
              {"feature_type": "raw_feature", "feature_name": "r", "expression": "user:x", "default_value": "5"},
              {"feature_type": "id_feature", "feature_name": "w", "expression": "user:x", "vocab_list": ["a", "b"],
               "default_bucketize_value": 0},
              {"feature_type": "sequence_id_feature", "feature_name": "s", "expression": "user:y", "num_buckets": 3,
               "default_value": "0", "sequence_delim": ";"}]}
            """
        let session = FeatureSession(try FeatureEngine(json: Array(json.utf8)))
        let results = try Generation.run(
            session, [("x", .string(["a", "1", "", nil])), ("y", .string(["1;9;x;;2", nil, "1", "2"]))])
        #expect(results["r"]?.floats == [5, 1, 5, 5])
        #expect(results["w"]?.ids == [0, 0])
        #expect(results["s"]?.ids == [1, 0, 0, 0, 2, 0, 1, 2])
        func counters(_ index: Int) -> [Int] {
            let found = session.counters[index].counters
            return [found.rows, found.missing, found.defaulted, found.outOfVocabulary, found.unparsable]
        }
        // Rows: a text that is no number counts as unparsable and gets the default, as the two empty ones do.
        #expect(counters(0) == [4, 2, 3, 0, 1])
        // Without a default nothing is defaulted.
        #expect(counters(1) == [4, 2, 0, 1, 0])
        // Steps: five, then one for the missing row, then one each.
        #expect(counters(2) == [8, 2, 2, 1, 1])
    }
}
