import SlipwayCore
import SlipwayFeatureFixtures
import Testing

@testable import SlipwayFeatures

/// Expected values: what upstream's own parsing gives for the same arrays.
@Suite struct EncodedFeatureDenseTests {
    @Test func text() throws {
        let column = Column.string(["1\u{3}2", "3\u{3}4", nil, ""])
        #expect(
            try Parsed.read(Feature.raw(2, default: "0.5\\0030.25"), column)
                == Parsed(floats: [1, 2, 3, 4, 0.5, 0.25, 0.5, 0.25]))
    }

    @Test func numbersOfEveryType() throws {
        let columns: [Column] = [.int32([1, nil]), .int64([1, nil]), .float([1, nil]), .double([1, nil])]
        for column in columns {
            #expect(try Parsed.read(Feature.raw(1, default: "2.5\\0033"), column) == Parsed(floats: [1, 2.5]))
        }
        #expect(try Parsed.read(Feature.raw(1), .int64([16_777_217])) == Parsed(floats: [16_777_216]))
        #expect(try Parsed.read(Feature.raw(1), .double([0.1, 1e300])) == Parsed(floats: [0.1, .infinity]))
    }

    @Test func notANumberPassesThrough() throws {
        #expect(try Parsed.read(Feature.raw(1), .float([1.5, .nan])).floats[1].isNaN)
        #expect(try Parsed.read(Feature.raw(1), .string(["nan"])).floats[0].isNaN)
        #expect(try Parsed.read(Feature.raw(1), .string(["-inf"])).floats == [-.infinity])
    }

    @Test func nullsInListsAreNotNumbers() throws {
        let column = Column.list(lengths: [2, nil, 0], child: .double([1, nil]))
        let parsed = try Parsed.read(Feature.raw(2, default: "5\\0036"), column)
        #expect(parsed.floats.count == 6 && parsed.floats[0] == 1 && parsed.floats[1].isNaN)
        #expect(Array(parsed.floats[2...]) == [5, 6, 5, 6])
        #expect(
            try Parsed.read(Feature.raw(2), .list(lengths: [2], child: .string(["1", "2e-1"])))
                == Parsed(floats: [1, 0.2]))
    }

    @Test(arguments: [
        (Column.string(["1", ""]), 1, "row 1: the cell is empty and the feature has no default value"),
        (.int64([nil]), 1, "row 0: the cell is empty"),
        (.list(lengths: [1, nil], child: .float([1])), 1, "row 1: the cell is empty"),
        (.list(lengths: [1, 2], child: .float([1, 1, 2])), 1, "row 1: holds 2 values, value_dim is 1"),
        (.string(["1\u{3}2"]), 1, "row 0: holds 2 values, value_dim is 1"),
        (.float([1]), 3, "row 0: holds 1 value, value_dim is 3"),
        (.string(["one"]), 1, "row 0: \"one\" is not a number"),
        (.list(lengths: [1], child: .string(["0x1"])), 1, "row 0: \"0x1\" is not a number"),
        (.bool([true]), 1, "column f has type bool — use one of: string, int32, int64, float, double"),
        (.map(lengths: [0], keys: .int64([]), values: .float([])), 1, "column f has type map<int64, float>"),
    ])
    func unreadable(_ column: Column, _ width: Int, _ message: String) {
        let text = errorText { _ = try Parsed.read(Feature.raw(width), column) }
        #expect(text?.contains(message) == true, "\(text ?? "no error")")
    }

    @Test func defaultOfAnotherWidth() {
        let config = Feature.raw(2, default: "1")
        #expect(errorText { _ = try Parsed.read(config, .string(["1\u{3}2"])) } == nil)
        let text = errorText { _ = try Parsed.read(config, .string([nil])) }
        #expect(text?.contains("the default has 1 value where value_dim is 2") == true, "\(text ?? "no error")")
    }
}
