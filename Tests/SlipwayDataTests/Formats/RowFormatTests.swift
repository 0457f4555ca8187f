import SlipwayCore
import SlipwayData
import Testing

@Suite struct RowFormatTests {
    @Test func endingsNameTheFormat() {
        #expect(RowFormat.detected(from: "a/*.parquet") == .parquet)
        #expect(RowFormat.detected(from: "a,b.csv") == .csv(CSVOptions()))
        #expect(RowFormat.detected(from: "a/b") == nil)
    }

    @Test func schemaOfABatch() {
        let schema = RowSchema(of: ColumnBatch(rowCount: 1, columns: [("a", .bool([true])), ("b", .string(["x"]))]))
        #expect(schema == RowSchema([.init("a", .bool), .init("b", .string)]))
        #expect(schema["b"] == .string)
        #expect(schema["c"] == nil)
    }
}
