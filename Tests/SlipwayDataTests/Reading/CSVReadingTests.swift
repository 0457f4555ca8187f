import SlipwayCore
import SlipwayData
import SlipwayTestSupport
import Testing

/// Expectations are what pyarrow's dataset reader gives for the same files, dates and times apart, which stay text here.
@Suite struct CSVReadingTests {
    @Test func typesAreInferred() throws {
        let rows = try readAll(RowReader(paths: Fixture.path("plain.csv"), batchSize: 2))
        let expected: [String: [String]] = [
            "id": ["int64", "1", "2", "null"],
            "name": ["string", "\"say \"hi\"\"", "\"\"", "\"null\""],
            "price": ["double", "0.5", "null", "-1000.0"],
            "quoted, name": ["string", "\"two\nlines\"", "\"NULL\"", "\"\""],
            "empty": ["string", "null", "null", "null"],
            "flag": ["bool", "true", "false", "true"],
            "day": ["string", "\"2024-01-31\"", "\"2024-02-01\"", "\"2024-02-02\""],
        ]
        #expect(rows == expected)
    }

    @Test func givenTypesWin() throws {
        let options = CSVOptions(columnTypes: ["id": .string, "empty": .string, "price": .float, "absent": .int64])
        let reader = try RowReader(
            paths: Fixture.path("plain.csv"), format: .csv(options), columns: ["empty", "id", "price"], batchSize: 3)
        #expect(reader.totalRows == nil)
        #expect(
            try readAll(reader) == [
                "empty": ["string", "\"\"", "\"\"", "\"\""],
                "id": ["string", "\"1\"", "\"2\"", "\"NA\""],
                "price": ["float", "0.5", "null", "-1000.0"],
            ])
    }

    @Test func withoutHeaderAndWithAnotherDelimiter() throws {
        let options = CSVOptions(delimiter: ";", columnNames: ["a", "b", "c"])
        let rows = try readAll(RowReader(paths: Fixture.path("bare.csv"), format: .csv(options), batchSize: 8))
        #expect(
            rows == [
                "a": ["int64", "1", "2"], "b": ["double", "0.5", "null"], "c": ["string", "\"a\"", "\"b\""],
            ])
    }

    @Test func aHeaderAloneGivesNoRows() throws {
        let reader = try RowReader(paths: Fixture.path("header_only.csv"), batchSize: 8)
        #expect(reader.schema.names == ["a", "b"])
        #expect(try reader.next() == nil)
    }

    @Test func emptyFilesAreSkippedButNotAlone() throws {
        let error = try failure { try RowReader(paths: Fixture.path("empty.csv"), batchSize: 8) }
        #expect(error.code == .corrupt)
        #expect(error.message.hasSuffix("empty.csv: the file is empty"))
        let paths = "\(Fixture.path("empty.csv")),\(Fixture.path("plain.csv"))"
        #expect(
            try readAll(RowReader(paths: paths, columns: ["id"], batchSize: 8)) == ["id": ["int64", "1", "2", "null"]])
    }

    @Test func aShortRowIsNamed() throws {
        let error = try failure { try readAll(RowReader(paths: Fixture.path("short_row.csv"), batchSize: 8)) }
        #expect(error.code == .corrupt)
        #expect(error.message.contains("short_row.csv"))
        #expect(error.message.contains("Expected 2 columns, got 1"))
    }

    @Test func aValueOfAnotherTypeIsNamed() throws {
        let folder = try TemporaryFolder()
        let first = try folder.write("x,y\n1,2\n", to: "0.csv")
        let second = try folder.write("y,x\n2,1\n3,one\n", to: "1.csv")
        let error = try failure { try readAll(RowReader(paths: "\(first),\(second)", batchSize: 8)) }
        #expect(error.code == .corrupt)
        #expect(error.message.contains("1.csv"))
        #expect(error.message.contains("'one'"))
    }

    @Test func laterFilesTakeTheFirstOnesTypes() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("x,y,z\n1.5,,a\n", to: "0.csv")
        _ = try folder.write("z,y,x\n,text,2\n", to: "1.csv")
        #expect(
            try readAll(RowReader(paths: folder.path, format: .csv(CSVOptions()), batchSize: 8)) == [
                "x": ["double", "1.5", "2.0"], "y": ["string", "null", "\"text\""], "z": ["string", "\"a\"", "\"\""],
            ])
    }

    @Test func listsCannotBeReadFromText() throws {
        let options = CSVOptions(columnTypes: ["id": .list(.int64)])
        let error = try failure {
            try RowReader(paths: Fixture.path("plain.csv"), format: .csv(options), columns: ["id"], batchSize: 1)
        }
        #expect(error.code == .unsupported)
        #expect(error.message.contains("column 'id' has type list<int64> in CSV"))
    }

    @Test(arguments: ["", "é", "\"", "\n"].compactMap(\.first))
    func delimitersThatCannotSeparate(delimiter: Character) throws {
        let options = CSVOptions(delimiter: delimiter)
        #expect(
            try failure { try RowReader(paths: Fixture.path("plain.csv"), format: .csv(options), batchSize: 1) }.code
                == .invalidArgument)
    }

    @Test func rowsSpanParsedBlocks() throws {
        let folder = try TemporaryFolder()
        // About 10 MB: more than two of the blocks that are parsed at a time.
        let filler = String(repeating: "x", count: 100)
        let text = (0..<100_000).reduce(into: "row,text\n") { $0 += "\($1),\"\(filler)\"\n" }
        let reader = try RowReader(paths: try folder.write(text, to: "big.csv"), columns: ["row"], batchSize: 4096)
        var next: Int64 = 0
        while let batch = try reader.next() {
            let rows = try #require(batch["row"]?.integers())
            #expect(rows == (next..<next + Int64(rows.count)).map { $0 })
            next += Int64(rows.count)
        }
        #expect(next == 100_000)
    }
}
