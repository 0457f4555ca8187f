import SlipwayCore
import Testing

@Suite struct ColumnTypeTests {
    @Test func describesItself() {
        let names: [(ColumnType, String)] = [
            (.int32, "int32"), (.int64, "int64"), (.float, "float"), (.double, "double"), (.string, "string"),
            (.bool, "bool"), (.list(.list(.float)), "list<list<float>>"),
            (.map(key: .string, value: .list(.int64)), "map<string, list<int64>>"),
        ]
        for (type, name) in names { #expect(type.description == name) }
    }
}
