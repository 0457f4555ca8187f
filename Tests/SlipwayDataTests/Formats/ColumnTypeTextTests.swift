import SlipwayCore
import Testing

@testable import SlipwayData

@Suite struct ColumnTypeTextTests {
    @Test(arguments: [
        ("int32", ColumnType.int32), ("int64", .int64), ("float", .float), ("double", .double), ("string", .string),
        ("bool", .bool), ("list<list<double>>", .list(.list(.double))),
        ("map<string, list<int64>>", .map(key: .string, value: .list(.int64))),
    ])
    func readsWhatItPrints(text: String, type: ColumnType) {
        #expect(ColumnType(text: text) == type)
        #expect(type.description == text)
    }

    @Test(arguments: ["", "int", "list<", "list<int64", "list<int64>>", "map<int64>", "map<int64,int64>", "int64 "])
    func refusesTheRest(text: String) {
        #expect(ColumnType(text: text) == nil)
    }

    @Test func depthIsBounded() {
        let deep = String(repeating: "list<", count: 5000) + "int64" + String(repeating: ">", count: 5000)
        #expect(ColumnType(text: deep) == nil)
    }

    @Test func unifying() {
        #expect(ColumnType.int32.unified(with: .int64) == .int64)
        #expect(ColumnType.double.unified(with: .float) == .double)
        #expect(ColumnType.list(.int64).unified(with: .list(.int32)) == .list(.int64))
        #expect(ColumnType.int64.unified(with: .double) == nil)
        #expect(ColumnType.string.unified(with: .int64) == nil)
    }
}
