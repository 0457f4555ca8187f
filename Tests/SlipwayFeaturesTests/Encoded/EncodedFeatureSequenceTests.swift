import SlipwayCore
import SlipwayFeatureFixtures
import Testing

@testable import SlipwayFeatures

/// Expected values: what upstream's own parsing gives for the same arrays.
@Suite struct EncodedFeatureSequenceTests {
    private let several = Feature.sequence(Feature.id("value_dim: 0", default: "8\\0039"))
    private let one = Feature.sequence(Feature.id(default: "8"))
    private let bare = Feature.sequence(Feature.id("value_dim: 0"))

    @Test func sparseText() throws {
        let column = Column.string(["1;2\u{3}3", "", nil])
        #expect(
            try Parsed.read(several, column)
                == Parsed(ids: [1, 2, 3, 8, 9, 8, 9], lengths: [2, 1, 1], keyLengths: [1, 2, 2, 2]))
        #expect(try Parsed.read(bare, column) == Parsed(ids: [1, 2, 3], lengths: [2, 0, 0], keyLengths: [1, 2]))
        #expect(try Parsed.read(one, .string(["1;2", nil])) == Parsed(ids: [1, 2, 8], lengths: [2, 1]))
    }

    @Test func sparseListsOfLists() throws {
        let steps = Column.list(lengths: [2, 0, nil], child: .int64([1, 2]))
        let column = Column.list(lengths: [3, nil, 0], child: steps)
        #expect(
            try Parsed.read(several, column)
                == Parsed(ids: [1, 2, 8, 9, 8, 9], lengths: [3, 1, 1], keyLengths: [2, 0, 0, 2, 2]))
    }

    @Test func inAFlatListEveryDefaultIdIsAStep() throws {
        let column = Column.list(lengths: [2, nil, 0], child: .int64([1, 2]))
        #expect(
            try Parsed.read(several, column)
                == Parsed(ids: [1, 2, 8, 9, 8, 9], lengths: [2, 2, 2], keyLengths: [1, 1, 1, 1, 1, 1]))
        let text = Column.list(lengths: [2], child: .string(["1", "2"]))
        #expect(try Parsed.read(one, text) == Parsed(ids: [1, 2], lengths: [2]))
    }

    @Test func ownDelimiters() throws {
        let config =
            "sequence_id_feature { feature_name: \"f\" embedding_dim: 4 num_buckets: 9 sequence_delim: \"||\" }"
        #expect(try Parsed.read(config, .string(["1||2||3"])) == Parsed(ids: [1, 2, 3], lengths: [3]))
        let features = try Configs.features(Feature.id(), options: .init(multivalSeparator: ","))
        let parser = try EncodedParser(features)
        var inputs = InputBatch(slots: parser.slots)
        try parser.parse(ColumnBatch(rowCount: 1, columns: [("f", .string(["4,5"]))]), into: &inputs)
        #expect(inputs.buffers[0].int64 == [4, 5])
    }

    @Test func dense() throws {
        let two = Feature.sequence(Feature.raw(2, default: "8\\0039"))
        let expected = Parsed(floats: [1, 2, 3, 4, 8, 9, 8, 9], lengths: [2, 1, 1])
        #expect(try Parsed.read(two, .string(["1\u{3}2;3\u{3}4", "", nil])) == expected)
        let steps = Column.list(lengths: [2, 2], child: .float([1, 2, 3, 4]))
        #expect(try Parsed.read(two, .list(lengths: [2, nil, 0], child: steps)) == expected)
        let flat = Column.list(lengths: [2, nil], child: .int64([1, 2]))
        #expect(
            try Parsed.read(Feature.sequence(Feature.raw(1, default: "8")), flat)
                == Parsed(floats: [1, 2, 8], lengths: [2, 1]))
        #expect(try Parsed.read(Feature.sequence(Feature.raw(1)), flat) == Parsed(floats: [1, 2], lengths: [2, 0]))
    }

    @Test func tokensAsSequence() throws {
        let config = """
            tokenize_feature { feature_name: "f" embedding_dim: 4 vocab_file: "t" tokens_as_sequence: true }
            """
        #expect(
            try Parsed.read(config, .string(["1\u{3}2", "", nil, "3"]))
                == Parsed(ids: [1, 2, 3], lengths: [2, 0, 0, 1]))
    }

    @Test(arguments: [
        (Column.string(["1;;2"]), "row 0: \"\" is not a whole number"),
        (.string(["1;"]), "row 0: \"\" is not a whole number"),
        (.string(["1", "1;2\u{3}3"]), "row 1: a step holds 2 values, value_dim is 1"),
        (.list(lengths: [1], child: .string(["1\u{3}2"])), "row 0: \"1\\u{3}2\" is not a whole number"),
        (.list(lengths: [0, 2], child: .int64([1, nil])), "row 1: a value inside the cell is null"),
        (
            .list(lengths: [1, 1], child: .list(lengths: [1, 1], child: .int64([1, nil]))),
            "row 1: a value inside the cell is null"
        ),
        (.int64([1]), "column f has type int64"),
    ])
    func unreadableSparse(_ column: Column, _ message: String) {
        let text = errorText { _ = try Parsed.read(Feature.sequence(Feature.id()), column) }
        #expect(text?.contains(message) == true, "\(text ?? "no error")")
    }

    @Test(arguments: [
        (Column.string(["1\u{3}2;3"]), "row 0: holds 1 value, value_dim is 2"),
        (.string(["1\u{3}x"]), "row 0: \"x\" is not a number"),
        (.list(lengths: [2], child: .float([1, 2])), "row 0: holds 1 value, value_dim is 2"),
        (
            .list(lengths: [1], child: .list(lengths: [2], child: .float([1, nil]))),
            "row 0: a value inside the cell is null"
        ),
        (.float([1]), "column f has type float"),
    ])
    func unreadableDense(_ column: Column, _ message: String) {
        let text = errorText { _ = try Parsed.read(Feature.sequence(Feature.raw(2)), column) }
        #expect(text?.contains(message) == true, "\(text ?? "no error")")
    }
}
