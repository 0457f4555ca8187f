import SlipwayCore
import Testing

@testable import SlipwayFeatureEngine

/// combo, bool_mask, overlap, regex_replace, text_normalizer and custom features.
@Suite struct TextOperatorTests {
    private let words =
        "\"vocab_list\": [\"a_x\", \"a_y\", \"b_x\", \"b_y\", \"1_2_3\"], \"default_bucketize_value\": 9"

    // MARK: combo

    @Test func combinationsFirstInputSlowest() throws {
        let keys = "\"expression\": [\"user:u\", \"item:i\"], \"value_dim\": 0, \(words)"
        try FeatureCase.ids(
            "combo_feature", keys, [("u", .string(["a\u{1d}b"])), ("i", .string(["x\u{1d}y", "x", "", nil]))],
            [[0, 1, 2, 3], [0, 2], [], []])
        try FeatureCase.ids(
            "combo_feature", "\(keys), \"default_value\": \"b_y\"",
            [("u", .string(["a", nil])), ("i", .string(["x", "x"]))], [[0], [3]])
    }

    @Test func combinationsOfThreeAndOfNumbers() throws {
        let keys = "\"expression\": [\"user:u\", \"item:i\", \"context:c\"], \"value_dim\": 1, \(words)"
        try FeatureCase.ids(
            "combo_feature", keys, [("u", .int64([1])), ("i", .int32([2])), ("c", .float([3]))], [[4]])
        // 10_1 is in bucket 93 of std::hash.
        try FeatureCase.ids(
            "combo_feature", "\"expression\": [\"user:u\", \"item:i\"], \"hash_bucket_size\": 100",
            [("u", .int64([10])), ("i", .string(["1"]))], [[93]])
    }

    // MARK: bool_mask

    @Test func masks() throws {
        let keys =
            "\"expression\": [\"user:v\", \"user:m\"], \"separator\": \",\", \"num_buckets\": 100, \"default_value\": \"9\""
        try FeatureCase.ids(
            "bool_mask_feature", keys,
            [
                ("v", .string(["1,2,3", "4,5", "6", nil, "7,8,9"])),
                ("m", .string(["true,false,TRUE", "0,1", "false", "true", "1"])),
            ],
            [[1, 3], [5], [9], [9], [7]])
        let ints = Column.list(lengths: [3], child: .int64([1, 2, 3]))
        let mask = Column.list(lengths: [3], child: .double([0, 2.5, 0]))
        try FeatureCase.ids("bool_mask_feature", keys, [("v", ints), ("m", mask)], [[2]])
    }

    // MARK: overlap

    @Test(
        arguments: [
            // query a c, title c a b c
            ("query_common_ratio", 1), ("title_common_ratio", 0.75), ("is_contain", 0), ("is_equal", 0),
            ("index_of", -1),
            ("proximity_min_cover", 2), ("proximity_min_dist", 1), ("proximity_max_dist", 1), ("proximity_avg_dist", 1),
        ] as [(String, Float)])
    func overlaps(_ method: String, _ expected: Float) throws {
        let keys = "\"query\": \"user:q\", \"title\": \"item:t\", \"separator\": \",\", \"method\": \"\(method)\""
        try FeatureCase.floats(
            "overlap_feature", keys, [("q", .string(["a,c"])), ("t", .string(["c,a,b,c", nil]))], [expected, 0])
    }

    @Test(
        arguments: [
            // query a b z, title a x x b: z is missing; a and b are 3 apart; pairs with z count 5.
            ("query_common_ratio", Float(2.0 / 3.0)), ("title_common_ratio", 0.5), ("proximity_min_cover", 0),
            ("proximity_min_dist", 3), ("proximity_max_dist", 5), ("proximity_avg_dist", Float(13.0 / 3.0)),
        ] as [(String, Float)])
    func partialOverlaps(_ method: String, _ expected: Float) throws {
        let keys = "\"query\": \"user:q\", \"title\": \"item:t\", \"separator\": \",\", \"method\": \"\(method)\""
        try FeatureCase.floats(
            "overlap_feature", keys, [("q", .string(["a,b,z"])), ("t", .string(["a,x,x,b"]))], [expected])
    }

    @Test func overlapPlaces() throws {
        func keys(_ method: String) -> String {
            "\"query\": \"user:q\", \"title\": \"item:t\", \"separator\": \",\", \"method\": \"\(method)\""
        }
        let columns: [(String, Column)] = [("q", .string(["b,c", "a", "b,c"])), ("t", .string(["a,b,c", "a", "b"]))]
        try FeatureCase.floats("overlap_feature", keys("index_of"), columns, [1, 0, -1])
        try FeatureCase.floats("overlap_feature", keys("is_contain"), columns, [1, 1, 0])
        try FeatureCase.floats("overlap_feature", keys("is_equal"), columns, [0, 1, 0])
        try FeatureCase.floats("overlap_feature", keys("proximity_min_dist"), columns, [1, 0, 2])
        try FeatureCase.ids(
            "overlap_feature", keys("index_of") + ", \"boundaries\": [0, 1]", columns, [[2], [1], [0]])
    }

    // MARK: regex_replace

    @Test func replacements() throws {
        let keys =
            "\"expression\": \"item:t\", \"separator\": \",\", \"value_dim\": 0, \"vocab_list\": [\"b-a\", \"x\", \"B\", \"raw|\"], \"default_bucketize_value\": 9, \"default_value\": \"raw|\""
        let swap = "\(keys), \"regex_pattern\": [\"(a)(b)\"], \"replacement\": \"\\\\2-\\\\1\""
        try FeatureCase.ids("regex_replace_feature", swap, [("t", .string(["ab,x", nil]))], [[0, 1], [3]])
        let two = "\(keys), \"regex_pattern\": [\"a+\", \"\\\\|\"], \"replacement\": \"\", \"icase\": true"
        try FeatureCase.ids("regex_replace_feature", two, [("t", .string(["aAxA|", "aa", "B"]))], [[1], [3], [2]])
        let first = "\(keys), \"regex_pattern\": [\"y\"], \"replacement\": \"\", \"replace_all\": false"
        try FeatureCase.ids("regex_replace_feature", first, [("t", .string(["yx", "yyx"]))], [[1], [9]])
    }

    // MARK: custom

    @Test func editDistances() throws {
        let keys =
            "\"operator_name\": \"EditDistance\", \"operator_lib_file\": \"pyfg/lib/libedit_distance.so\", \"expression\": [\"user:q\", \"item:t\"], \"default_value\": \"-1\""
        let columns: [(String, Column)] = [
            ("q", .string(["裙子", "kitten", nil])), ("t", .string(["连衣裙", "sitting", "x"])),
        ]
        try FeatureCase.floats("custom_feature", "\(keys), \"encoding\": \"utf-8\"", columns, [3, 3, -1])
        // Of 6 and 9 bytes; the figure is that of another implementation.
        try FeatureCase.floats("custom_feature", "\(keys), \"boundaries\": []", columns, [8, 3, -1])
    }

    private struct Doubled: CustomOperator {
        init(parameters: [String: String], inputNames: [String]) throws {
            guard parameters["factor"] == "2" else { throw SlipwayError(.invalidConfig, "factor is not 2") }
        }
        func values(_ inputs: [[CustomValue]]) -> [CustomValue] {
            inputs[0].map { .number(($0.number ?? .nan) * 2) }
        }
    }

    @Test func ownOperators() throws {
        var operators = CustomOperators.builtIn
        operators.register("Doubled", Doubled.self)
        let options = FeatureEngine.Options(customOperators: operators)
        let keys =
            "\"operator_name\": \"Doubled\", \"expression\": [\"user:x\"], \"default_value\": \"0\", \"factor\": 2"
        let result = try FeatureCase.generate(
            "custom_feature", "\(keys), \"value_type\": \"int64\", \"num_buckets\": 10",
            [("x", .string(["3", "x", nil, "7"]))],
            options: options)
        #expect(result.ids == [6, 0, 0, 0])
        #expect(
            FeatureCase.problem("custom_feature", keys).contains("operator_name \"Doubled\" is not registered"))
        do {
            _ = try FeatureCase.generate(
                "custom_feature", keys.replacing("\"factor\": 2", with: "\"factor\": 3"), [], options: options)
            Issue.record("no error")
        } catch {
            #expect("\(error)".contains("feature f: operator_params of Doubled: factor is not 2"))
        }
    }

    @Test func sequenceExpressions() throws {
        let keys =
            "\"operator_name\": \"SeqExpr\", \"is_sequence\": true, \"sequence_delim\": \"|\", \"sequence_length\": 3, \"default_value\": \"-1\", \"formula\": \"now-t\", \"expression\": [\"user:now\", \"user:t\"]"
        let result = try FeatureCase.generate(
            "custom_feature", keys, [("now", .string(["10", nil, "5"])), ("t", .string(["1|2|3|4", "7", "x|4"]))])
        #expect(result.floats == [9, 8, 7, -1, -1, 1])
        #expect(result.lengths == [3, 1, 2])
    }
}
