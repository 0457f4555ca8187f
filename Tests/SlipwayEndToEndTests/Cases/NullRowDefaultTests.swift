import Foundation
import SlipwayConfig
import SlipwayCore
import SlipwayFeatureEngine
import SlipwayFeatures
import SlipwayPredict
import SlipwayTestSupport
import Testing

/// Null cells of encoded features with `use_mask` and no `fg_encoded_default_value`: what feature generation gives for a row
/// without values.
///
/// The default of each feature is upstream's (its tests of `fg_encoded_default_value`); what its parser makes of the cells with that
/// default comes from running upstream's `_parse_fg_encoded_*`.
@Suite struct NullRowDefaultTests {
    private static func inputs(
        _ feature: String, _ column: Column, assets: String = ""
    ) throws -> (values: InputBatch.Buffer, lengths: [Int32]) {
        let folder = try TemporaryFolder()
        let head =
            "train_input_path: \"t\" eval_input_path: \"t\" model_dir: \"m\" data_config { dataset_type: ParquetDataset }"
        try Data("\(head) feature_configs { \(feature) }".utf8).write(to: folder.url.appendingPathComponent("c"))
        let features = try FeatureSet.make(try PipelineConfig.load(path: folder.path("c")).config)
        let parser = try EncodedParser(
            features, generatedDefaults: NullRowDefaults.make(features, assetDirectory: assets, hash: .murmur))
        var inputs = InputBatch(slots: parser.slots)
        try parser.parse(
            ColumnBatch(rowCount: column.count, columns: [(features.features[0].name, column)]), into: &inputs)
        let lengths = inputs.index(of: "f.lengths").map { inputs.buffers[$0].int32 } ?? []
        return (inputs.buffers[0], lengths)
    }

    private static let id = "feature_name: \"f\" embedding_dim: 4 expression: \"user:x\" use_mask: true"

    @Test(
        arguments: [
            // "xyz" is 13 of 100, "4" is 56.
            (
                "id_feature { \(id) hash_bucket_size: 100 default_value: \"xyz\" }",
                .string(["1\u{3}2", "", nil, "3"]), [1, 2, 13, 13, 3], [2, 1, 1, 1]
            ),
            (
                "id_feature { \(id) hash_bucket_size: 100 default_value: \"4\" }", .int64([1, nil, 3]), [1, 56, 3],
                [1, 1, 1]
            ),
            (
                "id_feature { \(id) hash_bucket_size: 100 default_value: \"xyz\" }",
                .list(lengths: [2, 0, nil], child: .int64([1, 2])), [1, 2, 13, 13], [2, 1, 1]
            ),
            (
                "id_feature { \(id) hash_bucket_size: 100 }", .string(["1\u{3}2", "", nil, "3"]), [1, 2, 3],
                [2, 0, 0, 1]
            ),
            ("id_feature { \(id) hash_bucket_size: 100 }", .int64([1, nil]), [1], [1, 0]),
            (
                "raw_feature { \(id) value_dim: 2 default_value: \"0.1\\0350.4\" boundaries: [0.05, 0.15, 0.25] }",
                .string(["1\u{3}2", nil]), [1, 2, 1, 3], [2, 2]
            ),
            (
                "lookup_feature { feature_name: \"f\" embedding_dim: 4 map: \"user:m\" key: \"item:k\" num_buckets: 10 use_mask: true }",
                .string(["7", nil]), [7, 0], [1, 1]
            ),
            (
                "sequence_id_feature { \(id) num_buckets: 10 }", .string(["1;2", "", nil]), [1, 2, 0, 0], [2, 1, 1]
            ),
        ] as [(String, Column, [Int64], [Int32])])
    func ids(_ feature: String, _ column: Column, _ ids: [Int64], _ lengths: [Int32]) throws {
        let found = try Self.inputs(feature, column)
        #expect(found.values.int64 == ids)
        #expect(found.lengths == lengths)
    }

    @Test(
        arguments: [
            (
                "raw_feature { feature_name: \"f\" expression: \"user:x\" use_mask: true default_value: \"0.1\" normalizer: \"method=zscore,mean=0.1,standard_deviation=10.0\" }",
                .double([0.5, nil]), [0.5, 0.1]
            ),
            (
                "raw_feature { feature_name: \"f\" expression: \"user:x\" use_mask: true value_dim: 2 default_value: \"0.1\\0350.4\" }",
                .string(["1\u{3}2", ""]), [1, 2, 0.1, 0.4]
            ),
            (
                "lookup_feature { feature_name: \"f\" map: \"user:m\" key: \"item:k\" use_mask: true }",
                .float([2, nil]), [2, 0]
            ),
        ] as [(String, Column, [Float])])
    func floats(_ feature: String, _ column: Column, _ floats: [Float]) throws {
        #expect(try Self.inputs(feature, column).values.float == floats)
    }

    /// Where feature generation cannot be made from the config, a null cell is an error that names the way out.
    @Test func withoutInputsANullCellIsAnError() throws {
        let feature = "id_feature { feature_name: \"f\" embedding_dim: 4 num_buckets: 9 use_mask: true }"
        #expect(try Self.inputs(feature, .int64([1])).values.int64 == [1])
        do {
            _ = try Self.inputs(feature, .int64([nil]))
            Issue.record("no error")
        } catch {
            #expect("\(error)".contains("set fg_encoded_default_value of feature f"))
        }
    }
}
