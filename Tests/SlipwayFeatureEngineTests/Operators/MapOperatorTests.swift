import SlipwayCore
import Testing

@testable import SlipwayFeatureEngine

/// lookup, match and kv_dot_product.
@Suite struct MapOperatorTests {
    private let lookup = "\"map\": \"user:m\", \"key\": \"item:k\""
    private let pairs = "a:1\u{1d}b:2.5\u{1d}c:zz"

    private func columns(_ keys: [String?]) -> [(String, Column)] {
        [("m", .string([pairs])), ("k", .string(keys))]
    }

    @Test(
        arguments: [
            ("sum", 3.5), ("mean", 1.75), ("min", 1), ("max", 2.5), ("count", 2), ("gap_min", 1.5), ("gap_max", 1.5),
        ] as [(String, Float)])
    func numbersAreCombined(_ combiner: String, _ expected: Float) throws {
        let keys = "\(lookup), \"value_type\": \"float\", \"default_value\": \"-1\", \"combiner\": \"\(combiner)\""
        try FeatureCase.floats(
            "lookup_feature", keys, columns(["a\u{1d}zz\u{1d}b", "zz", "", nil, "c"]), [expected, -1, -1, -1, -1])
    }

    @Test func uncombinedNumbersAreEachBucketized() throws {
        let keys =
            "\(lookup), \"value_type\": \"float\", \"default_value\": \"0\", \"combiner\": \"\", \"boundaries\": [0.5, 2]"
        try FeatureCase.ids("lookup_feature", keys, columns(["a\u{1d}b", "zz"]), [[1, 2], [0]])
    }

    @Test func discreteValues() throws {
        let words = "\"vocab_list\": [\"1\", \"2.5\", \"b_2.5\", \"zz\"], \"default_bucketize_value\": 9"
        let keys = "\(lookup), \"value_type\": \"string\", \"needDiscrete\": true, \"combiner\": \"\", \(words)"
        try FeatureCase.ids("lookup_feature", keys, columns(["a\u{1d}b\u{1d}c", "x"]), [[0, 1, 3], []])
        try FeatureCase.ids("lookup_feature", "\(keys), \"needKey\": true", columns(["b"]), [[2]])
    }

    @Test func mapColumnsAndNumericKeys() throws {
        let keys = "\(lookup), \"value_type\": \"float\", \"default_value\": \"0\", \"combiner\": \"sum\""
        let map = Column.map(lengths: [2, 1, nil], keys: .int64([1, 2, 1]), values: .double([0.5, 0.25, 8]))
        try FeatureCase.floats(
            "lookup_feature", keys, [("m", map), ("k", .int64([2, 1, 1]))], [0.25, 8, 0])
        try FeatureCase.floats(
            "lookup_feature",
            "\"map\": \"user:m\", \"key\": \"const:b\", \"combiner\": \"sum\", \"value_type\": \"float\"",
            [("m", .string([pairs]))], [2.5])
    }

    /// Many keys in a large map go through an index; the results are those of one key at a time.
    @Test func largeMaps() throws {
        let text = (0..<500).map { "k\($0):\($0)" }.joined(separator: "\u{1d}")
        let keys = "\(lookup), \"value_type\": \"float\", \"default_value\": \"-1\", \"combiner\": \"sum\""
        let wanted = (0..<20).map { "k\($0 * 30)" }
        try FeatureCase.floats(
            "lookup_feature", keys, [("m", .string([text])), ("k", .string(wanted))],
            (0..<20).map { $0 * 30 < 500 ? Float($0 * 30) : -1 })
        try FeatureCase.floats(
            "lookup_feature", keys,
            [("m", .string([text, "k3:7", nil])), ("k", .string(["k3", "k3", "k3"]))], [3, 7, -1])
        // The later of two equal keys counts, however many there are.
        let twice = "a:1\u{1d}a:2" + (0..<40).map { "\u{1d}z\($0):0" }.joined()
        try FeatureCase.floats(
            "lookup_feature", keys, [("m", .string([twice, "a:1\u{1d}a:2"])), ("k", .string(["a", "a"]))], [2, 2])
    }

    // MARK: match

    private let match = "\"user\": \"user:n\", \"category\": \"item:p\", \"item\": \"item:s\", \"matchType\": \"hit\""
    private let nested = "p1^s1:1,s2:2|p2^s1:4"

    private func match(_ primary: String?, _ secondary: String?) -> [(String, Column)] {
        [("n", .string([nested])), ("p", .string([primary])), ("s", .string([secondary]))]
    }

    @Test func matchedNumbers() throws {
        let keys = "\(match), \"value_type\": \"float\", \"default_value\": \"-1\""
        try FeatureCase.floats("match_feature", keys, match("p1", "s2"), [2])
        try FeatureCase.floats("match_feature", keys, match("p2", "s2"), [-1])
        try FeatureCase.floats("match_feature", keys, match("p1", nil), [-1])
        let map = Column.map(lengths: [2], keys: .int64([1, 2]), values: .string(["s1:1,s2:2", "s1:4"]))
        try FeatureCase.floats(
            "match_feature", keys, [("n", map), ("p", .int64([2])), ("s", .string(["s1"]))], [4])
    }

    /// The text that is looked up is the name, the keys that are shown, and the value.
    @Test func composedTexts() throws {
        let discrete = "\"value_type\": \"string\", \"needDiscrete\": true, \"value_dim\": 0"
        func words(_ list: [String]) -> String {
            "\"vocab_list\": [\(list.map { "\"\($0)\"" }.joined(separator: ", "))], \"default_bucketize_value\": 9"
        }
        for (flags, word) in [
            ("", "f_2"), (", \"show_category\": true", "f_p1_2"), (", \"show_item\": true", "f_s2_2"),
            (", \"show_category\": true, \"show_item\": true", "f_p1_s2_2"),
        ] {
            try FeatureCase.ids(
                "match_feature", "\(match), \(discrete)\(flags), \(words(["x", word]))", match("p1", "s2"), [[1]])
        }
        // A vocabulary without the composed text is asked for the bare value.
        try FeatureCase.ids("match_feature", "\(match), \(discrete), \(words(["2", "4"]))", match("p2", "s1"), [[1]])
        try FeatureCase.ids("match_feature", "\(match), \(discrete), \"num_buckets\": 10", match("p2", "s1"), [[4]])
    }

    @Test func wildcards() throws {
        let rest =
            "\"value_type\": \"string\", \"needDiscrete\": true, \"num_buckets\": 10, \"value_dim\": 0, \"matchType\": \"multihit\""
        try FeatureCase.ids(
            "match_feature", "\"user\": \"user:n\", \"category\": \"ALL\", \"item\": \"item:s\", \(rest)",
            [("n", .string([nested])), ("s", .string(["s1"]))], [[1, 4]])
        try FeatureCase.ids(
            "match_feature", "\"user\": \"user:n\", \"category\": \"item:p\", \"item\": \"ALL\", \(rest)",
            [("n", .string([nested])), ("p", .string(["p1\u{1d}p2"]))], [[1, 2, 4]])
        try FeatureCase.ids(
            "match_feature", "\"user\": \"user:n\", \"category\": \"ALL\", \"item\": \"ALL\", \(rest)",
            [("n", .string([nested]))], [[1, 2, 4]])
    }

    // MARK: kv_dot_product

    @Test func dotProducts() throws {
        let keys = "\"query\": \"user:q\", \"document\": \"item:d\", \"separator\": \"|\", \"default_value\": \"0.5\""
        try FeatureCase.floats(
            "kv_dot_product", keys,
            [("q", .string(["a:2|b:3"])), ("d", .string(["b:4|a:5|c:9", "x:1", "", nil, "b", "a:x"]))],
            [22, 0, 0.5, 0.5, 3, 0])
        let q = Column.map(lengths: [2], keys: .int64([1, 2]), values: .float([2, 3]))
        let d = Column.list(lengths: [2], child: .string(["2:10", "3:1"]))
        try FeatureCase.floats("kv_dot_product", keys, [("q", q), ("d", d)], [30])
        try FeatureCase.floats(
            "kv_dot_product", "\(keys), \"kv_delimiter\": \"=\"", [("q", .string(["a=2"])), ("d", .string(["a=7"]))],
            [14])
        try FeatureCase.floats(
            "kv_dot_product", "\"query\": \"user:q\", \"document\": \"item:d\", \"default_value\": \"\"",
            [("q", .string([nil])), ("d", .string(["a"]))], [0])
        // The later of two equal keys of the document counts, however many there are.
        let twice = "a:2|a:5"
        let more = twice + (0..<100).map { "|z\($0):0" }.joined()
        try FeatureCase.floats(
            "kv_dot_product", keys, [("q", .string(["a:3", "a:3"])), ("d", .string([twice, more]))], [15, 15])
        let many = (0..<100).map { "k\($0):2" }.joined(separator: "|")
        try FeatureCase.floats("kv_dot_product", keys, [("q", .string([many])), ("d", .string([many]))], [400])
    }
}
