import Testing

@testable import SlipwayInspect

struct WaitingRowsTests {
    @Test func rowsOfOneKeyLeaveInTheirOrder() {
        var rows = WaitingRows()
        for number in 0..<3 { rows.add(.init(number: number, cells: [.integers([1])]), key: .integer(5)) }
        rows.add(.init(number: 3, cells: [.null]), key: .text("x"))
        #expect(rows.count == 4)
        #expect(rows.firstKeys(2) == ["5", "5"])
        #expect((0..<4).map { _ in rows.take(.integer(5))?.number } == [0, 1, 2, nil])
        #expect(rows.firstKeys(9) == ["x"])
        #expect(rows.take(.text("x"))?.number == 3)
        #expect(rows.isEmpty)
        #expect(rows.weight == 0)
    }

    @Test func numbersAndTheirTextAreOneKey() {
        #expect(RowKey("12") == .integer(12))
        #expect(RowKey("012") == .text("012"))
        #expect(RowKey("+1") == .text("+1"))
        #expect(RowKey("") == .text(""))
    }
}
