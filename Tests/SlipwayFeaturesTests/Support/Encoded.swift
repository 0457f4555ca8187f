import SlipwayCore

@testable import SlipwayFeatures

/// What one encoded column gives.
struct Parsed: Equatable, CustomStringConvertible {
    var ids: [Int64] = []
    var floats: [Float] = []
    var lengths: [Int32]?
    var keyLengths: [Int32]?
    var weights: [Float]?

    var description: String {
        "ids \(ids) floats \(floats) lengths \(lengths ?? []) key \(keyLengths ?? []) weights \(weights ?? [])"
    }

    /// The first feature of `text` read from `column`.
    static func read(
        _ text: String, _ column: Column, weights: EncodedParser.Weights = .weightedOnly,
        generated: EncodedDefault? = nil
    ) throws -> Parsed {
        let features = try Configs.features(text)
        let parser = try EncodedParser(
            features, weights: weights, generatedDefaults: generated.map { [features.features[0].name: $0] } ?? [:])
        var inputs = InputBatch(slots: parser.slots)
        let name = parser.neededColumns[0]
        try parser.parse(ColumnBatch(rowCount: column.count, columns: [(name, column)]), into: &inputs)
        func buffer(_ suffix: String) -> InputBatch.Buffer? {
            inputs.index(of: "\(name).\(suffix)").map { inputs.buffers[$0] }
        }
        let values = buffer("values")
        return Parsed(
            ids: values?.int64 ?? [], floats: values?.float ?? [], lengths: buffer("lengths")?.int32,
            keyLengths: buffer("key_lengths")?.int32, weights: buffer("weights")?.float)
    }
}

/// Short configs of one feature `f`.
enum Feature {
    static func id(_ more: String = "", default value: String? = nil) -> String {
        "id_feature { feature_name: \"f\" embedding_dim: 4 num_buckets: 10 \(stated(value)) \(more) }"
    }

    static func raw(_ width: Int, _ more: String = "", default value: String? = nil) -> String {
        "raw_feature { feature_name: \"f\" value_dim: \(width) \(stated(value)) \(more) }"
    }

    static func sequence(_ feature: String) -> String { "sequence_" + feature }

    private static func stated(_ value: String?) -> String {
        value.map { "fg_encoded_default_value: \"\($0)\"" } ?? ""
    }
}
