import SlipwayCore
import Testing

@Suite struct ColumnTests {
    /// The elements, copied while the column lives.
    private func elements<T: BitwiseCopyable>(_ column: Column, _: T.Type) -> [T] {
        withExtendedLifetime(column) { Array(column.elements(as: T.self)) }
    }

    private func text(_ column: Column, _ row: Int) -> String {
        withExtendedLifetime(column) { String(decoding: column.bytes(row), as: UTF8.self) }
    }

    @Test func fixedWidth() {
        let longs = Column.int64([1, nil, .min])
        #expect(longs.type == .int64 && longs.count == 3 && longs.nullCount == 1)
        #expect(elements(longs, Int64.self) == [1, 0, .min])
        #expect((0..<3).map(longs.isNull) == [false, true, false])
        #expect(elements(.int32([7, -7]), Int32.self) == [7, -7])
        #expect(elements(.float([0.5, nil]), Float.self) == [0.5, 0])
        #expect(elements(.double([1e300]), Double.self) == [1e300])
        let flags = Column.bool([true, false, nil])
        #expect(flags.type == .bool)
        #expect(elements(flags, UInt8.self) == [1, 0, 0])
    }

    @Test func withoutNullsThereIsNoValidity() {
        #expect(Column.int64([1, 2]).validity == nil)
        #expect(Column.int64([1, 2]).isNull(1) == false)
        #expect(Column.string(["", nil]).validity != nil)
    }

    @Test func empty() {
        #expect(elements(.int64([]), Int64.self).isEmpty)
        #expect(Column.string([]).count == 0)
        #expect(Column.list(lengths: [], child: .int64([])).count == 0)
    }

    @Test func strings() {
        let column = Column.string(["a", nil, "", "日本", "nul\u{0}!"])
        #expect(column.type == .string && column.nullCount == 1)
        #expect((0..<5).map { text(column, $0) } == ["a", "", "", "日本", "nul\u{0}!"])
        #expect(column.isNull(1) && !column.isNull(2))
        #expect(column.bytes(3).count == 6)
    }

    @Test func lists() {
        let column = Column.list(lengths: [2, nil, 0, 1], child: .int64([1, 2, 3]))
        #expect(column.type == .list(.int64) && column.count == 4 && column.nullCount == 1)
        #expect((0..<4).map(column.range) == [0..<2, 0..<0, 2..<2, 2..<3])
        let nested = Column.list(lengths: [1, 1], child: .list(lengths: [1, 2], child: .string(["a", "b", "c"])))
        #expect(nested.type.description == "list<list<string>>")
        #expect(nested.children[0].range(nested.range(1).lowerBound) == 1..<3)
    }

    @Test func maps() {
        let column = Column.map(lengths: [1, nil, 2], keys: .string(["x", "y", "z"]), values: .float([1, 2, 3]))
        #expect(column.type == .map(key: .string, value: .float))
        #expect(column.type.description == "map<string, float>")
        #expect(column.range(2).map { text(column.children[0], $0) } == ["y", "z"])
        #expect(column.range(2).map { elements(column.children[1], Float.self)[$0] } == [2, 3])
        #expect(column.range(1).isEmpty)
    }

    @Test func memoryLivesAsLongAsTheColumn() {
        var columns: [Column] = []
        for index in 0..<100 { columns.append(.list(lengths: [1], child: .string(["row \(index)"]))) }
        for (index, column) in columns.enumerated() { #expect(text(column.children[0], 0) == "row \(index)") }
    }

    @Test func batchesFindColumnsByName() {
        let batch = ColumnBatch(
            rowCount: 2, columns: [("a", .int64([1, 2])), ("b", .string(["x", "y"])), ("a", .bool([true]))])
        #expect(batch.rowCount == 2)
        #expect(batch.names == ["a", "b", "a"])
        #expect(batch["a"]?.type == .int64)
        #expect(batch["b"] === batch.columns[1])
        #expect(batch["c"] == nil)
    }
}
