import SlipwayCore
import Testing

@testable import SlipwayFeatureEngine

@Suite struct ValueColumnTests {
    private func built(_ type: ColumnType, _ values: [FeatureValue]) -> (column: Column, mistyped: Int) {
        var column = ValueColumn(type: type)
        for value in values { column.append(value) }
        #expect(column.count == values.count)
        return (column.finish(), column.mistyped)
    }

    private func texts(_ column: Column) -> [String?] {
        (0..<column.count).map { column.isNull($0) ? nil : String(decoding: column.bytes($0), as: UTF8.self) }
    }

    @Test func text() {
        let (column, mistyped) = built(
            .string, [.text("a"), .integer(5), .number(2), .number(0.5), .float(0.1), .bool(true), .null, .list([])])
        #expect(texts(column) == ["a", "5", "2", "0.5", "0.1", "true", nil, nil])
        #expect(mistyped == 1)
    }

    @Test func numbers() {
        let (whole, mistyped) = built(.int64, [.text("42"), .number(1.9), .integer(7), .text("x"), .null, .bool(true)])
        #expect((0..<6).map { whole.isNull($0) ? nil : whole.elements(as: Int64.self)[$0] } == [42, 1, 7, nil, nil, 1])
        #expect(mistyped == 1)
        let (small, lost) = built(.int32, [.integer(5), .integer(1 << 40)])
        #expect((0..<2).map { small.isNull($0) ? nil : small.elements(as: Int32.self)[$0] } == [5, nil])
        #expect(lost == 1)
        let (floats, bad) = built(.float, [.text("0.5"), .integer(2), .text(""), .number(1e300)])
        #expect(
            (0..<4).map { floats.isNull($0) ? nil : floats.elements(as: Float.self)[$0] } == [0.5, 2, nil, .infinity])
        #expect(bad == 1)
    }

    @Test func listsAndMaps() throws {
        let (list, mistyped) = built(
            .list(.int64), [.list([.integer(1), .text("2")]), .integer(3), .null, .list([.text("x"), .integer(4)])])
        #expect((0..<4).map { list.range($0).count } == [2, 1, 0, 2])
        #expect(mistyped == 1)
        let (map, lost) = built(
            .map(key: .string, value: .float),
            [.map([.text("a"), .number(1), .integer(2), .text("0.5")]), .map([.text("b")]), .text("x")])
        #expect((0..<3).map { map.range($0).count } == [2, 0, 0])
        #expect(texts(map.children[0]) == ["a", "2"])
        #expect(Array(map.children[1].elements(as: Float.self)) == [1, 0.5])
        #expect(lost == 2)
    }

    /// The engine reads such columns as it reads files.
    @Test func columnsRun() throws {
        var user = ValueColumn(type: .list(.string))
        var item = ValueColumn(type: .string)
        user.append(.list([.text("a"), .text("b")]))
        for name in ["x", "y", "z"] {
            var name = name
            name.withUTF8 { item.append(utf8: $0) }
        }
        let result = try FeatureCase.generate(
            "combo_feature",
            "\"expression\": [\"user:u\", \"item:i\"], \"vocab_list\": [\"a_x\", \"b_x\", \"a_y\", \"b_y\"], \"default_bucketize_value\": 9",
            [("u", user.finish()), ("i", item.finish())])
        #expect(result.ids == [0, 1, 2, 3, 9, 9])
    }
}
