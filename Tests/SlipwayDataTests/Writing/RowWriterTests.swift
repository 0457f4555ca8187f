import Foundation
import SlipwayCore
import SlipwayData
import SlipwayTestSupport
import Testing

@Suite struct RowWriterTests {
    static let batch = ColumnBatch(
        rowCount: 3,
        columns: [
            ("f", .float([0.1, nil, -.infinity])),
            ("d", .double([1e22, nil, 1e-7])),
            ("i", .int32([1, nil, -3])),
            ("l", .int64([.max, nil, .min])),
            ("b", .bool([true, nil, false])),
            ("s", .string(["", nil, "a\"b,\n你"])),
            ("lf", .list(lengths: [2, nil, 0], child: .float([0.5, nil]))),
            ("ld", .list(lengths: [1, nil, 1], child: .double([0.25, 3]))),
            ("li", .list(lengths: [0, nil, 3], child: .int64([1, 2, 3]))),
            ("ls", .list(lengths: [2, nil, 0], child: .string(["x\"", nil]))),
            (
                "ll",
                .list(lengths: [2, nil, 0], child: .list(lengths: [1, nil], child: .double([0.5])))
            ),
        ])
    static let map = ("m", Column.map(lengths: [2, nil, 0], keys: .string(["k", ""]), values: .int64([1, nil])))

    @Test func parquetReadsBackEqual() throws {
        let folder = try TemporaryFolder()
        let columns = zip(Self.batch.names, Self.batch.columns).map { ($0, $1) } + [Self.map]
        let batch = ColumnBatch(rowCount: 3, columns: columns)
        let writer = try RowWriter(
            directory: folder.path + "/out/", format: .parquet, schema: RowSchema(of: batch), overwrite: false)
        try writer.append(batch)
        try writer.append(batch)
        #expect(try folder.entries().allSatisfy { $0.hasPrefix(".") })
        try writer.finish()
        #expect(writer.path == folder.path + "/out/part-0.parquet")
        #expect(writer.rowsWritten == 6)
        #expect(try folder.entries() == ["out"])
        let rows = try readAll(RowReader(paths: writer.path, batchSize: 4))
        #expect(rows.count == columns.count)
        for (name, column) in columns {
            #expect(rows[name] == ["\(column.type)"] + cells(column) + cells(column), "column \(name)")
        }
    }

    @Test func csvText() throws {
        let folder = try TemporaryFolder()
        let writer = try RowWriter(
            directory: folder.path + "/a/b", format: .csv(CSVOptions()), schema: RowSchema(of: Self.batch),
            overwrite: false)
        try writer.append(Self.batch)
        try writer.finish()
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: writer.path)), as: UTF8.self)
        #expect(
            text == #"""
                "f","d","i","l","b","s","lf","ld","li","ls","ll"
                0.1,1e+22,1,9223372036854775807,true,"","[0.5,null]","[0.25]","[]","[""x\"""",null]","[[0.5],null]"
                ,,,,,,,,,,
                -inf,1e-7,-3,-9223372036854775808,false,"a""b,
                你","[]","[3]","[1,2,3]","[]","[]"

                """#)
    }

    @Test func anOutputWithoutRowsHasItsColumns() throws {
        let folder = try TemporaryFolder()
        for format in [RowFormat.parquet, .csv(CSVOptions())] {
            let schema = RowSchema([.init("probs", .float), .init("emb", .list(.double))])
            let directory = "\(folder.path)/\(format.fileExtension)"
            let writer = try RowWriter(directory: directory, format: format, schema: schema, overwrite: true)
            try writer.append(
                ColumnBatch(
                    rowCount: 0, columns: [("probs", .float([])), ("emb", .list(lengths: [], child: .double([])))]))
            try writer.finish()
            let reader = try RowReader(paths: writer.path, batchSize: 1)
            #expect(reader.schema.names == ["probs", "emb"])
            #expect(try reader.next() == nil)
        }
    }

    @Test func batchesThatDoNotFitAreRefused() throws {
        let folder = try TemporaryFolder()
        let schema = RowSchema([.init("x", .float)])
        let writer = try RowWriter(directory: "\(folder.path)/o", format: .parquet, schema: schema, overwrite: false)
        let other = ColumnBatch(rowCount: 1, columns: [("x", .double([1]))])
        #expect(
            try failure { try writer.append(other) }.message.hasSuffix(
                "column 'x' must be float of 1 rows and is double of 1 rows"))
        let short = ColumnBatch(rowCount: 2, columns: [("x", .float([1]))])
        #expect(try failure { try writer.append(short) }.code == .mismatch)
        let absent = ColumnBatch(rowCount: 2, columns: [("y", .float([1, 2]))])
        #expect(try failure { try writer.append(absent) }.message.hasSuffix("and is absent"))
        try writer.append(ColumnBatch(rowCount: 1, columns: [("y", .float([1])), ("x", .float([2]))]))
        try writer.finish()
        #expect(try readAll(RowReader(paths: writer.path, batchSize: 1)) == ["x": ["float", "2.0"]])
        #expect(try failure { try writer.finish() }.code == .internalFault)
    }

    @Test func csvCannotHoldMaps() throws {
        let folder = try TemporaryFolder()
        let schema = RowSchema([.init("m", .map(key: .string, value: .int64))])
        let error = try failure {
            try RowWriter(
                directory: "\(folder.path)/o", format: .csv(CSVOptions()), schema: schema, overwrite: false)
        }
        #expect(error.code == .unsupported)
        #expect(error.message.contains("column 'm' is a map"))
        #expect(try folder.entries().isEmpty)
    }

    @Test func nothingStaysWithoutFinish() throws {
        let folder = try TemporaryFolder()
        do {
            let writer = try RowWriter(
                directory: "\(folder.path)/o", format: .parquet, schema: RowSchema([.init("x", .float)]),
                overwrite: false)
            try writer.append(ColumnBatch(rowCount: 1, columns: [("x", .float([1]))]))
            #expect(try folder.entries().count == 1)
        }
        #expect(try folder.entries().isEmpty)
    }
}
