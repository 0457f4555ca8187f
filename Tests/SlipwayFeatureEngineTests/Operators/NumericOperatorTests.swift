import SlipwayCore
import Testing

@testable import SlipwayFeatureEngine

/// raw, combine, expr and their normalizers and buckets.
@Suite struct NumericOperatorTests {
    private let input = "\"expression\": \"user:x\""
    private let edges = "\"boundaries\": [0.5, 1.5, 2.5]"

    // MARK: raw

    @Test func rawNumbers() throws {
        let keys = "\(input), \"default_value\": \"7\""
        try FeatureCase.floats(
            "raw_feature", keys, [("x", .string(["0.5", "", nil, "abc", "1e2"]))], [0.5, 7, 7, 7, 100])
        try FeatureCase.floats("raw_feature", keys, [("x", .double([0.5, nil, .nan]))], [0.5, 7, 7])
        try FeatureCase.floats("raw_feature", keys, [("x", .int64([5, nil]))], [5, 7])
        try FeatureCase.floats("raw_feature", keys, [("x", .float([.infinity]))], [.infinity])
        try FeatureCase.floats("raw_feature", keys, [("x", .string(["1\u{1d}2"]))], [1])
    }

    @Test func rawVectorsAreCutAndFilled() throws {
        let keys = "\(input), \"default_value\": \"7\", \"separator\": \"|\", \"value_dim\": 3"
        try FeatureCase.floats(
            "raw_feature", keys, [("x", .string(["1|2|3", "1|2|3|4", "1", "", "1|x|3"]))],
            [1, 2, 3, 1, 2, 3, 1, 7, 7, 7, 7, 7, 7, 7, 7])
        let lists = Column.list(lengths: [3, nil, 1], child: .float([1, 2, 3, 4]))
        try FeatureCase.floats("raw_feature", keys, [("x", lists)], [1, 2, 3, 7, 7, 7, 4, 7, 7])
    }

    @Test func rawWithoutDefaultIsZero() throws {
        try FeatureCase.floats("raw_feature", "\(input), \"default_value\": \"\"", [("x", .double([nil, 2]))], [0, 2])
        try FeatureCase.ids(
            "raw_feature", "\(input), \"default_value\": \"\", \(edges)", [("x", .double([nil, 2]))], [[], [2]])
    }

    /// Buckets begin at their boundary, compared as float32.
    @Test func boundaries() throws {
        try FeatureCase.ids(
            "raw_feature", "\(input), \(edges)", [("x", .double([0.49, 0.5, 1.5, 2.4, 9]))], [[0], [1], [2], [2], [3]])
        let tenth = "\(input), \"boundaries\": [0.10000000149011612]"
        try FeatureCase.ids("raw_feature", tenth, [("x", .double([0.1]))], [[1]])
        let pairs = "\(input), \"default_value\": \"0\", \"value_dim\": 2, \(edges)"
        try FeatureCase.ids(
            "raw_feature", pairs, [("x", .string(["1\u{1d}2", nil, "1"]))], [[1, 2], [0, 0], [1, 0]])
    }

    // MARK: Normalizers

    @Test(
        arguments: [
            ("method=log10,threshold=0.05,default=-5", [100, 0.01, 0.1], [2, -5, -1]),
            ("method=log10", [1000, 0], [3, -10]),
            ("method=zscore,mean=1,standard_deviation=2", [3, 0], [1, -0.5]),
            ("method=minmax,min=1,max=5", [1, 5, 7], [0, 1, 1.5]),
            ("method=expression,expr=max(x,2)*10", [1, 3], [20, 30]),
            ("method=expression,expr=x==1?5:6", [1, 3], [5, 6]),
        ] as [(String, [Double], [Float])])
    func normalizers(_ text: String, _ values: [Double], _ expected: [Float]) throws {
        let keys = "\(input), \"default_value\": \"0.25\", \"normalizer\": \"\(text)\""
        try FeatureCase.floats("raw_feature", keys, [("x", .double(values + [nil]))], expected + [0.25])
    }

    // MARK: combine

    @Test(
        arguments: [
            ("sum", 13), ("mean", 3.25), ("avg", 3.25), ("min", 1), ("max", 7), ("count", 4), ("gap_min", 1),
            ("gap_max", 4), ("SUM", 13),
        ] as [(String, Float)])
    func combiners(_ name: String, _ expected: Float) throws {
        let keys = "\(input), \"combiner\": \"\(name)\", \"default_value\": \"0\", \"value_type\": \"float\""
        // Sorted 1, 2, 3, 7: gaps 1, 1, 4.
        try FeatureCase.floats("combine_feature", keys, [("x", .string(["3\u{1d}1\u{1d}7\u{1d}2"]))], [expected])
    }

    @Test func combineMapsAndTruncates() throws {
        let map = "\"value_map\": {\"a\": 1, \"b\": 2.5}, \"default_value\": \"4\""
        try FeatureCase.floats(
            "combine_feature", "\(input), \"combiner\": \"sum\", \"value_type\": \"float\", \(map)",
            [("x", .string(["a\u{1d}b", "a\u{1d}zz", "zz", nil]))], [3.5, 1, 4, 4])
        try FeatureCase.ids(
            "combine_feature",
            "\(input), \"combiner\": \"sum\", \"value_type\": \"int64\", \"num_buckets\": 10, \(map)",
            [("x", .string(["a\u{1d}b", "b\u{1d}b\u{1d}b\u{1d}b\u{1d}b"]))], [[3], [0]])
        try FeatureCase.floats(
            "combine_feature",
            "\(input), \"combiner\": \"mean\", \"value_type\": \"float\", \"default_value\": \"0\", \"normalizer\": \"method=minmax,min=0,max=10\"",
            [("x", .list(lengths: [2, 0], child: .int64([4, 6])))], [0.5, 0])
    }

    // MARK: expr

    @Test func expressionsOverRows() throws {
        let keys = "\"variables\": [\"user:a\", \"item:b\"], \"default_value\": \"-1\""
        let columns: [(String, Column)] = [("a", .double([1, 2, nil, 4])), ("b", .double([10, 20, 30, 0]))]
        try FeatureCase.floats("expr_feature", "\(keys), \"expression\": \"a+b*2\"", columns, [21, 42, -1, 4])
        try FeatureCase.floats("expr_feature", "\(keys), \"expression\": \"b/a > 9 ? a : b\"", columns, [1, 2, -1, 0])
        // 0 / 0 is no number.
        try FeatureCase.floats(
            "expr_feature", "\(keys), \"expression\": \"b/b\"", columns, [1, 1, -1, -1])
        try FeatureCase.floats(
            "expr_feature", "\(keys), \"expression\": \"a-b\"",
            [("a", .double([5])), ("b", .string(["1", "x", "3"]))],
            [4, -1, 2])
    }

    @Test func vectorsInExpressions() throws {
        let keys = "\"variables\": [\"user:a\", \"item:b\"], \"default_value\": \"0\", \"boundaries\": [-100, 5, 12]"
        let a = Column.list(lengths: [3, 1], child: .double([1, 2, 3, 4]))
        let b = Column.list(lengths: [3, 2], child: .double([4, 5, 6, 10, 1]))
        // 1·4 + 2·5 + 3·6 = 32; 4·10 + 4·1 = 44.
        try FeatureCase.ids("expr_feature", "\(keys), \"expression\": \"dot(a,b)\"", [("a", a), ("b", b)], [[3], [3]])
        // Element by element: 5, 7, 9; 4 + 10 = 14, 4 + 1 = 5.
        try FeatureCase.ids(
            "expr_feature", "\(keys), \"expression\": \"a+b\"", [("a", a), ("b", b)], [[2, 2, 2], [3, 2]])
        // A row with a number that is none gets the default, 0.
        try FeatureCase.ids(
            "expr_feature", "\(keys), \"fill_missing\": NaN, \"expression\": \"a*b\"",
            [
                ("a", .list(lengths: [2], child: .double([1, 2]))),
                ("b", .list(lengths: [3], child: .double([1, 2, 3]))),
            ],
            [[1]])
        let filled = "\(keys), \"fill_missing\": 1, \"expression\": \"a*b\""
        let short = Column.list(lengths: [3, 2], child: .double([1, 1, 1, 2, 3]))
        let long = Column.list(lengths: [2, 3], child: .double([20, 1, 2, 3, 30]))
        try FeatureCase.ids("expr_feature", filled, [("a", short), ("b", long)], [[3, 1, 1], [1, 2, 3]])
    }
}
