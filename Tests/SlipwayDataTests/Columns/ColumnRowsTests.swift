import SlipwayCore
import SlipwayData
import Testing

@Suite struct ColumnRowsTests {
    @Test func rowsOfEachKind() {
        #expect(Column.int32([1, nil]).integers() == [1, nil])
        #expect(Column.bool([true, false, nil]).integers() == [1, 0, nil])
        #expect(Column.float([0.5, nil]).doubles() == [0.5, nil])
        #expect(Column.int64([3]).doubles() == [3])
        #expect(Column.string(["é", nil, ""]).strings() == ["é", nil, ""])
        #expect(Column.float([1]).integers() == nil)
        #expect(Column.string(["1"]).doubles() == nil)
        #expect(Column.int64([1]).strings() == nil)
    }

    @Test func rangesOfLists() {
        let lists = Column.list(lengths: [2, nil, 0, 1], child: .int64([1, 2, 3]))
        #expect(lists.ranges() == [0..<2, nil, 2..<2, 2..<3])
        #expect(Column.int64([1]).ranges() == nil)
    }
}
