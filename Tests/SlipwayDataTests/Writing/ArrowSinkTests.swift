import SlipwayCore
import SlipwayTestSupport
import Testing

@testable import SlipwayData

@Suite struct ArrowSinkTests {
    /// A device that is always full.
    @Test(arguments: [RowFormat.parquet, .csv(CSVOptions())])
    func aFullDeviceIsSaid(format: RowFormat) throws {
        let rows = (0..<5000).map { Int64?($0) }
        let batch = ColumnBatch(rowCount: rows.count, columns: [("x", .int64(rows))])
        let error = try failure {
            let sink = try ArrowSink(path: "/dev/full", format: format, schema: RowSchema(of: batch))
            for _ in 0..<100 { try sink.append(batch) }
            try sink.finish()
        }
        #expect(error.code == .diskFull)
        #expect(error.message.hasPrefix("/dev/full: "))
        #expect(error.message.contains("No space left on device"))
    }

    @Test func columnsOfAnotherShapeDoNotReachTheFile() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/x.parquet"
        let sink = try ArrowSink(path: path, format: .parquet, schema: RowSchema([.init("x", .list(.int64))]))
        // Offsets that reach beyond the child.
        let broken = Column.list(lengths: [5], child: .int64([1]))
        #expect(try failure { try sink.append(ColumnBatch(rowCount: 1, columns: [("x", broken)])) }.code == .corrupt)
        let badText = Column.string(["ok"])
        #expect(throws: SlipwayError.self) { try sink.append(ColumnBatch(rowCount: 1, columns: [("x", badText)])) }
    }
}
