import SlipwayCore
import SlipwayFeatureFixtures
import Testing

@testable import SlipwayFeatures

/// Expected values: what upstream's own parsing gives for the same arrays.
@Suite struct EncodedFeatureSparseTests {
    @Test func textIsSplitAndEmptyCellsTakeTheDefault() throws {
        let column = Column.string(["1\u{3}-2", nil, "", "0x10"])
        #expect(
            try Parsed.read(Feature.id(default: "7\\0038"), column)
                == Parsed(ids: [1, -2, 7, 8, 7, 8, 16], lengths: [2, 2, 2, 1]))
        #expect(try Parsed.read(Feature.id(), column) == Parsed(ids: [1, -2, 16], lengths: [2, 0, 0, 1]))
    }

    @Test func listsOfEveryElementType() throws {
        let lengths: [Int?] = [2, nil, 0, 1]
        let children: [Column] = [
            .int64([1, 2, 3]), .int32([1, 2, 3]), .string(["1", "0x2", "03"]), .double([1.9, 2.0, 3.5]),
            .float([1.25, 2, 3]),
        ]
        for child in children {
            let column = Column.list(lengths: lengths, child: child)
            #expect(try Parsed.read(Feature.id(), column) == Parsed(ids: [1, 2, 3], lengths: [2, 0, 0, 1]))
            #expect(
                try Parsed.read(Feature.id(default: "7"), column)
                    == Parsed(ids: [1, 2, 7, 7, 3], lengths: [2, 1, 1, 1]))
        }
    }

    @Test func integersTakeTheFirstDefaultOnly() throws {
        for column in [Column.int32([1, nil, -3]), .int64([1, nil, -3])] {
            #expect(
                try Parsed.read(Feature.id(default: "4\\0035"), column) == Parsed(ids: [1, 4, -3], lengths: [1, 1, 1]))
            #expect(try Parsed.read(Feature.id(), column) == Parsed(ids: [1, -3], lengths: [1, 0, 1]))
        }
        let whole = Column.int64([5, .max, .min])
        #expect(try Parsed.read(Feature.id(), whole) == Parsed(ids: [5, .max, .min], lengths: [1, 1, 1]))
    }

    @Test func emptyMapIsAnEmptyRowAndNullMapADefault() throws {
        let column = Column.map(lengths: [0, nil, 1], keys: .int64([1]), values: .float([2]))
        #expect(
            try Parsed.read(Feature.id("weighted: true", default: "9"), column)
                == Parsed(ids: [9, 1], lengths: [0, 1, 1], weights: [1, 2]))
        #expect(try Parsed.read(Feature.id(default: "9"), column) == Parsed(ids: [9, 1], lengths: [0, 1, 1]))
    }

    @Test func mapsOfTextAndNarrowTypes() throws {
        let column = Column.map(lengths: [2], keys: .string(["3", "4"]), values: .double([0.5, 1.5]))
        #expect(
            try Parsed.read(Feature.id("weighted: true"), column)
                == Parsed(ids: [3, 4], lengths: [2], weights: [0.5, 1.5]))
        let narrow = Column.map(lengths: [1], keys: .int32([3]), values: .int64([2]))
        #expect(try Parsed.read(Feature.id("weighted: true"), narrow) == Parsed(ids: [3], lengths: [1], weights: [2]))
    }

    @Test func weightedTextAndLists() throws {
        let text = Column.string(["1:0.5\u{3}2:1", nil])
        #expect(
            try Parsed.read(Feature.id("weighted: true", default: "4\\0035"), text)
                == Parsed(ids: [1, 2, 4, 5], lengths: [2, 2], weights: [0.5, 1, 1, 1]))
        let list = Column.list(lengths: [1, 0, nil], child: .string(["1:2"]))
        #expect(
            try Parsed.read(Feature.id("weighted: true", default: "4"), list)
                == Parsed(ids: [1, 4, 4], lengths: [1, 1, 1], weights: [2, 1, 1]))
        #expect(
            try Parsed.read(Feature.id("weighted: true"), text, weights: .none)
                == Parsed(ids: [1, 2], lengths: [2, 0]))
    }

    @Test(arguments: [
        (Column.string(["1", "2\u{3}\u{3}3"]), "row 1: \"\" is not a whole number"),
        (.string(["a"]), "row 0: \"a\" is not a whole number"),
        (.string([" 1"]), "\" 1\" is not a whole number"),
        (.string(["1:2"]), "\"1:2\" is not a whole number"),
        (.string(["x\u{1}"]), "\"x\\u{1}\""),
        (.list(lengths: [1, 2], child: .int64([1, 2, nil])), "row 1: a value inside the cell is null"),
        (.list(lengths: [1], child: .double([.nan])), "row 0: holds nan, which is no id"),
        (.list(lengths: [1], child: .double([1e30])), "row 0: holds 1e+30"),
        (.list(lengths: [1, 1], child: .string(["1", "1\u{3}2"])), "row 1: \"1\\u{3}2\" is not a whole number"),
        (.float([1]), "column f has type float — use one of: string, int32, int64"),
        (.bool([true]), "column f has type bool"),
        (.list(lengths: [0], child: .list(lengths: [], child: .int64([]))), "column f has type list<list<int64>>"),
    ])
    func unreadable(_ column: Column, _ message: String) {
        let text = errorText { _ = try Parsed.read(Feature.id(), column) }
        #expect(text?.contains(message) == true && text?.contains("feature f") == true, "\(text ?? "no error")")
    }

    @Test(arguments: [
        (Column.string(["1"]), "\"1\" is not id:weight"),
        (.string(["1:a"]), "\"1:a\" is not id:weight"),
        (.string(["1:2:3"]), "\"1:2:3\" is not id:weight"),
        (.int64([1]), "column f has type int64"),
        (.list(lengths: [1], child: .int64([1])), "column f has type list<int64>"),
        (.list(lengths: [1], child: .string([nil])), "a value inside the cell is null"),
        (.map(lengths: [1], keys: .int64([1]), values: .float([nil])), "a value inside the cell is null"),
    ])
    func unreadableWeights(_ column: Column, _ message: String) {
        let text = errorText { _ = try Parsed.read(Feature.id("weighted: true"), column) }
        #expect(text?.contains(message) == true, "\(text ?? "no error")")
    }

    @Test func defaultThatOnlyTheEngineKnows() throws {
        let config = Feature.id("use_mask: true default_value: \"x\"")
        #expect(errorText { _ = try Parsed.read(config, .string(["1"])) } == nil)
        let text = errorText { _ = try Parsed.read(config, .string([nil])) }
        #expect(text?.contains("set fg_encoded_default_value of feature f") == true)
        let known = try Parsed.read(config, .string(["1", nil]), generated: .ids([7, 8]))
        #expect(known.ids == [1, 7, 8])
        #expect(known.lengths == [1, 2])
    }
}
