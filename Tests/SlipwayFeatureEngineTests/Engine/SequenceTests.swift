import SlipwayCore
import Testing

@testable import SlipwayFeatureEngine

/// Sequences, standalone and in groups.
@Suite struct SequenceTests {
    private let id = "\"expression\": \"user:x\", \"num_buckets\": 100, \"default_value\": \"9\", \"value_dim\": 0"

    @Test func stepsOfText() throws {
        try FeatureCase.steps(
            "sequence_id_feature", "\(id), \"sequence_delim\": \";\"",
            [("x", .string(["1;2\u{1d}3", "", nil, "4;;5;"]))], [[[1], [2, 3]], [[9]], [[9]], [[4], [9], [5], [9]]])
    }

    @Test func stepsOfLists() throws {
        let texts = Column.list(lengths: [3, 0, nil], child: .string(["1\u{1d}2", nil, "3"]))
        try FeatureCase.steps(
            "sequence_id_feature", "\(id), \"sequence_delim\": \";\"", [("x", texts)],
            [[[1, 2], [9], [3]], [[9]], [[9]]])
        let nested = Column.list(lengths: [2, 1], child: .list(lengths: [2, 0, 1], child: .int32([1, 2, 3])))
        try FeatureCase.steps(
            "sequence_id_feature", "\(id), \"sequence_delim\": \";\"", [("x", nested)], [[[1, 2], [9]], [[3]]])
        try FeatureCase.steps(
            "sequence_id_feature", "\(id), \"sequence_delim\": \";\"", [("x", .int64([5, nil]))], [[[5]], [[9]]])
    }

    @Test func longSequencesAreCutAtTheFront() throws {
        try FeatureCase.steps(
            "sequence_id_feature", "\(id), \"sequence_delim\": \";\", \"sequence_length\": 2",
            [("x", .string(["1;2;3", "4"]))], [[[1], [2]], [[4]]])
        try FeatureCase.steps(
            "sequence_id_feature", "\(id), \"sequence_delim\": \";\", \"sequence_length\": 0",
            [("x", .string(["1;2;3"]))], [[[1], [2], [3]]])
    }

    @Test func valueDimOfSteps() throws {
        let keys =
            "\"expression\": \"user:x\", \"num_buckets\": 100, \"default_value\": \"9\", \"sequence_delim\": \";\""
        try FeatureCase.steps("sequence_id_feature", keys, [("x", .string(["1\u{1d}2;3"]))], [[[1], [3]]])
        try FeatureCase.steps(
            "sequence_id_feature", "\(keys), \"value_dim\": 2", [("x", .string(["1\u{1d}2\u{1d}3;4"]))],
            [[[1, 2], [4]]])
    }

    @Test func denseSteps() throws {
        let keys = "\"expression\": \"user:x\", \"default_value\": \"7\", \"value_dim\": 2, \"sequence_delim\": \"|\""
        let result = try FeatureCase.generate(
            "sequence_raw_feature", keys, [("x", .string(["1\u{1d}2|3", "", "5\u{1d}6"]))])
        #expect(result.floats == [1, 2, 3, 7, 7, 7, 5, 6])
        #expect(result.lengths == [2, 1, 1])
    }

    private func group(_ features: String...) -> String {
        "{\"features\": [{\"sequence_name\": \"s\", \"sequence_length\": 5, \"sequence_delim\": \";\", \"sequence_pk\": \"user:s\", \"features\": [\(features.joined(separator: ","))]}]}"
    }

    @Test func groupsPrefixTheirColumns() throws {
        let engine = try FeatureEngine(
            json: Array(
                group(
                    "{\"feature_type\": \"id_feature\", \"feature_name\": \"a\", \"expression\": \"item:iid\", \"num_buckets\": 9}",
                    "{\"feature_type\": \"combo_feature\", \"feature_name\": \"b\", \"expression\": [\"user:u\", \"item:iid\"], \"hash_bucket_size\": 9}",
                    "{\"feature_type\": \"combo_feature\", \"feature_name\": \"c\", \"expression\": [\"user:u\", \"item:iid\"], \"hash_bucket_size\": 9, \"sequence_fields\": [\"u\"]}"
                ).utf8))
        #expect(engine.featureNames == ["s__a", "s__b", "s__c"])
        #expect(engine.neededColumns == ["s__iid", "u", "s__u", "iid"])
        #expect(engine.sequenceKeys == ["s": "s"])
        #expect(engine.columns.map(\.isUserSide) == [true, true, true, false])
        #expect(engine.columns.map(\.sequence) == ["s", nil, "s", nil])
    }

    /// Non-sequence inputs serve every step, shorter sequences lack their last steps.
    @Test func inputsOfDifferentLength() throws {
        let json = group(
            "{\"feature_type\": \"combo_feature\", \"feature_name\": \"b\", \"expression\": [\"user:u\", \"item:i\", \"item:j\"], \"value_dim\": 0, \"default_value\": \"none\", \"vocab_list\": [\"none\", \"u_1_5\", \"u_2_6\", \"v_1_5\"], \"default_bucketize_value\": 0}"
        )
        let result = try Generation.run(
            json,
            [
                ("u", .string(["u", "u\u{1d}v", nil])), ("s__i", .string(["1;2;1", "1", "1"])),
                ("s__j", .string(["5;6", "5", "5"])),
            ])["s__b"]
        #expect(result?.ids == [1, 2, 0, 1, 3, 0])
        #expect(result?.keyLengths == [1, 1, 1, 2, 1])
        #expect(result?.lengths == [3, 1, 1])
    }

    /// Without an input that has steps, the row is one step.
    @Test func rowsOfPlainInputsAreOneStep() throws {
        try FeatureCase.steps(
            "sequence_bool_mask_feature",
            "\"expression\": [\"user:v\", \"user:m\"], \"separator\": \",\", \"num_buckets\": 100, \"default_value\": \"9\", \"sequence_delim\": \";\", \"value_dim\": 0",
            [("v", .string(["1,2,3", nil])), ("m", .string(["1,0,1", "1"]))], [[[1, 3]], [[9]]])
    }

    @Test func lookupsStepByStep() throws {
        let json = group(
            "{\"feature_type\": \"lookup_feature\", \"feature_name\": \"l\", \"map\": \"user:m\", \"key\": \"item:k\", \"combiner\": \"sum\", \"value_type\": \"float\", \"default_value\": \"-1\"}"
        )
        let result = try Generation.run(
            json, [("m", .string(["a:1\u{1d}b:2"])), ("s__k", .string(["a;b\u{1d}a;;c", "", "b"]))])["s__l"]
        #expect(result?.floats == [1, 3, -1, -1, -1, 2])
        #expect(result?.lengths == [4, 1, 1])
    }
}
