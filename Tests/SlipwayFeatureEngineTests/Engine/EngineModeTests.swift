import SlipwayCore
import Testing

@testable import SlipwayFeatureEngine

/// FG_NORMAL and FG_BUCKETIZE.
@Suite struct EngineModeTests {
    private let json = """
        {"features": [
          {"feature_type": "raw_feature", "feature_name": "age", "expression": "user:years", "default_value": "1",
           "normalizer": "method=minmax,min=0,max=10", "boundaries": [2, 5]},
          {"feature_type": "id_feature", "feature_name": "twice", "expression": "feature:age", "num_buckets": 100},
          {"feature_type": "lookup_feature", "feature_name": "v__lookup", "map": "user:m", "key": "item:k",
           "default_value": "0,0", "value_type": "string", "needDiscrete": true, "combiner": "", "value_dim": 1,
           "stub_type": true},
          {"feature_type": "raw_feature", "feature_name": "v", "expression": "feature:v__lookup", "separator": ",",
           "value_dim": 2, "default_value": "0"},
          {"sequence_name": "s", "sequence_length": 2, "sequence_delim": ";", "features": [
            {"feature_type": "combo_feature", "feature_name": "c", "expression": ["user:u", "item:i"], "value_dim": 0,
             "vocab_list": ["d", "a_b"], "default_bucketize_value": 0, "default_value": "d"}]}
        ]}
        """

    /// Without a DAG `feature:age` is a column; hidden helpers still work.
    @Test func normalReadsColumns() throws {
        let results = try Generation.run(
            json,
            [
                ("years", .double([60])), ("age", .int64([42])), ("m", .string(["a:1,2"])), ("k", .string(["a"])),
                ("u", .string(["a"])), ("s__i", .string(["b;x"])),
            ], options: .init(mode: .normal))
        #expect(results["age"]?.ids == [2])
        #expect(results["twice"]?.ids == [42])
        #expect(results["v"]?.floats == [1, 2])
        #expect(results["s__c"]?.ids == [1, 0])
    }

    /// User side columns are those of user features.
    @Test func bucketizeSingleUserRows() throws {
        let json = """
            {"features": [
              {"feature_type": "id_feature", "feature_name": "u", "expression": "user:a", "num_buckets": 99},
              {"feature_type": "id_feature", "feature_name": "i", "expression": "item:b", "num_buckets": 99}]}
            """
        let results = try Generation.run(
            json, [("u", .int64([1, 2])), ("i", .int64([3, 4]))], options: .init(mode: .bucketizeOnly),
            userRows: .single)
        #expect(results["u"]?.ids == [1])
        #expect(results["i"]?.ids == [3, 4])
    }

    /// Columns are named like the features; nothing but the bucketizer runs.
    @Test func bucketizeOnly() throws {
        let engine = try FeatureEngine(json: Array(json.utf8), options: .init(mode: .bucketizeOnly))
        #expect(Set(engine.neededColumns) == ["age", "twice", "v", "s__c"])
        let results = try Generation.run(
            json,
            [
                ("age", .double([3, nil])), ("twice", .string(["7", "8"])), ("v", .string(["1,2", nil])),
                ("s__c", .list(lengths: [3, 0], child: .string(["a_b", "zz", "a_b"]))),
            ], options: .init(mode: .bucketizeOnly))
        #expect(results["age"]?.ids == [1, 0])
        #expect(results["twice"]?.ids == [7, 8])
        #expect(results["v"]?.floats == [1, 2, 0, 0])
        #expect(results["s__c"]?.ids == [1, 0, 0])
        #expect(results["s__c"]?.lengths == [2, 1])
    }
}
