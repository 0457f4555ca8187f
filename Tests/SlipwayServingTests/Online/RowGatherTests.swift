import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayOnline

/// Columns of several batches joined to one.
struct RowGatherTests {
    private func gather(_ chunks: [Column?]) throws -> [String] {
        let places = chunks.indices.flatMap { chunk in
            (0..<(chunks[chunk]?.count ?? 1)).map { RowGather.Place(chunk: Int32(chunk), row: Int32($0)) }
        }
        return cells(try RowGather.column(places + [.null], chunks))
    }

    @Test func numbersAreWidened() throws {
        #expect(try gather([.int32([1, nil]), .int64([1 << 40])]) == ["1", "null", "1099511627776", "null"])
        #expect(try gather([.int64([2]), .float([0.5])]) == ["2.0", "0.5", "null"])
        #expect(try gather([.bool([true]), nil, .double([0.25])]) == ["1.0", "null", "0.25", "null"])
    }

    @Test func everythingIsTextBesideText() throws {
        #expect(try gather([.string(["a"]), .int64([7])]) == ["\"a\"", "\"7\"", "null"])
    }

    @Test func elementsOfListsAndMapsAreWidened() throws {
        let whole = Column.list(lengths: [2, nil], child: .int64([1, 2]))
        let float = Column.list(lengths: [1], child: .float([0.5]))
        #expect(try gather([whole, float]) == ["[1.0, 2.0]", "null", "[0.5]", "null"])
        let map = Column.map(lengths: [1], keys: .int64([3]), values: .float([0.5]))
        let texts = Column.map(lengths: [1], keys: .string(["k"]), values: .int32([4]))
        #expect(try gather([map, texts]).count == 3)
    }

    @Test func scalarsBesideListsAreRefused() {
        #expect(throws: SlipwayError.self) {
            try self.gather([.int64([1]), .list(lengths: [1], child: .int64([1]))])
        }
    }
}
