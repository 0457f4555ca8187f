import SlipwayCore
import SlipwayData
import SlipwayTestSupport
import Testing

@Suite struct RowReaderTests {
    @Test func scalarsOfEveryWidth() throws {
        let rows = try readAll(RowReader(paths: Fixture.path("scalars.parquet"), batchSize: 10))
        let expected: [String: [String]] = [
            "i8": ["int32", "-128", "null", "127"],
            "i16": ["int32", "-32768", "0", "32767"],
            "i32": ["int32", "-2147483648", "null", "2147483647"],
            "i64": ["int64", "-9223372036854775808", "null", "9223372036854775807"],
            "u8": ["int32", "0", "255", "null"],
            "u16": ["int32", "0", "65535", "null"],
            "u32": ["int64", "0", "4294967295", "null"],
            "u64": ["int64", "0", "9223372036854775807", "null"],
            "f16": ["float", "0.5", "null", "-2.0"],
            "f32": ["float", "0.1", "null", "inf"],
            "f64": ["double", "0.1", "null", "nan"],
            "dec": ["double", "1.25", "null", "-3.5"],
            "bool": ["bool", "true", "null", "false"],
            "str": ["string", "\"\"", "null", "\"Grüße 你好 🚀\""],
            "lstr": ["string", "\"a\"", "null", "\"c\""],
            "bin": ["string", "\"abc\"", "null", "\"\""],
            "dict": ["string", "\"x\"", "null", "\"y\""],
            "date": ["int64", "1", "null", "19723"],
            "ts": ["int64", "1", "null", "-5"],
            "nothing": ["string", "null", "null", "null"],
        ]
        #expect(rows == expected)
    }

    @Test(arguments: [1, 2, 3, 4, 100])
    func nestedColumns(batchSize: Int) throws {
        let rows = try readAll(RowReader(paths: Fixture.path("nested.parquet"), batchSize: batchSize))
        let expected: [String: [String]] = [
            "ids": ["list<int64>", "[1, 2]", "[]", "null", "[3, null]"],
            "large": ["list<float>", "[0.5]", "null", "[]", "[1.5, 2.5]"],
            "fixed": ["list<int32>", "[1, 2]", "null", "[3, 4]", "[5, 6]"],
            "words": ["list<string>", "[\"a\", null]", "[]", "null", "[\"é\"]"],
            "lists": ["list<list<double>>", "[[1.0], []]", "null", "[]", "[null, [2.0, 3.0]]"],
            "map": ["map<string, int64>", "{\"a\": 1, \"b\": null}", "{}", "null", "{\"\": 3}"],
            "imap": ["map<int32, float>", "{1: 0.5}", "null", "{}", "{2: 1.5, 3: 2.5}"],
        ]
        #expect(rows == expected)
    }

    @Test(arguments: [1, 2, 3, 4, 7, 10, 11])
    func batchesFillAcrossRowGroupsAndFiles(batchSize: Int) throws {
        let reader = try RowReader(paths: Fixture.path("part-*.parquet"), batchSize: batchSize)
        #expect(reader.totalRows == 10)
        var sizes: [Int] = []
        var rows: [Int64?] = []
        while let batch = try reader.next() {
            sizes.append(batch.rowCount)
            rows += try #require(batch["row"]?.integers())
            let ids = try #require(batch["ids"])
            #expect(ids.offsets?[0] == 0)
            #expect(ids.children[0].count == Int(ids.offsets?[batch.rowCount] ?? -1))
        }
        #expect(rows == (0..<10).map { Int64($0) })
        #expect(sizes.dropLast().allSatisfy { $0 == batchSize })
        #expect(sizes.reduce(0, +) == 10)
        #expect(reader.rowsRead == 10)
        #expect(reader.progress == 1)
        #expect(try reader.next() == nil)
    }

    @Test func columnsComeInTheOrderAskedFor() throws {
        let reader = try RowReader(paths: Fixture.path("nested.parquet"), columns: ["map", "ids", "map"], batchSize: 4)
        #expect(reader.schema.names == ["map", "ids"])
        let batch = try #require(try reader.next())
        #expect(batch.names == ["map", "ids"])
        #expect(cells(batch.columns[1]) == ["[1, 2]", "[]", "null", "[3, null]"])
    }

    @Test func aFileWithoutRowsHasColumns() throws {
        let reader = try RowReader(paths: Fixture.path("no_rows.parquet"), batchSize: 4)
        #expect(reader.schema["lists"] == .list(.list(.double)))
        #expect(reader.totalRows == 0)
        #expect(try reader.next() == nil)
    }

    @Test func theWidestTypeOfAllFilesHolds() throws {
        let reader = try RowReader(paths: Fixture.path("widen-*.parquet"), batchSize: 10)
        #expect(try readAll(reader) == ["x": ["int64", "null", "null", "1", "null", "1099511627776"]])
    }

    @Test func filesOfDifferentTypesAreRefused() throws {
        let paths = Fixture.path("widen-1.parquet") + "," + Fixture.path("text.parquet")
        let error = try failure { try RowReader(paths: paths, batchSize: 1) }
        #expect(error.code == .mismatch)
        #expect(error.message.hasSuffix("text.parquet: column 'x' is string, in the files before it is int32"))
    }

    @Test func absentColumnsAreNamedWithNearNames() throws {
        let error = try failure {
            try RowReader(paths: Fixture.path("nested.parquet"), columns: ["Words_"], batchSize: 1)
        }
        #expect(error.code == .notFound)
        #expect(error.message.hasSuffix("nested.parquet: there is no column 'Words_'"))
        #expect(error.fix == "did you mean words")
    }

    @Test func unreadableTypesMatterOnlyWhereSelected() throws {
        let path = Fixture.path("struct.parquet")
        #expect(try readAll(RowReader(paths: path, columns: ["x"], batchSize: 1)) == ["x": ["int64", "1"]])
        let error = try failure { try RowReader(paths: path, batchSize: 1) }
        #expect(error.code == .unsupported)
        #expect(error.message.contains("column 's' has type struct<a: int64>"))
    }

    @Test func valuesThatDoNotFitAreErrors() throws {
        let large = try RowReader(paths: Fixture.path("too_large.parquet"), batchSize: 1)
        let tooLarge = try failure { try large.next() }
        #expect(tooLarge.code == .corrupt)
        #expect(tooLarge.message.contains("column 'u'"))
        #expect(try failure { try large.next() }.message == tooLarge.message)
        let bytes = try RowReader(paths: Fixture.path("not_utf8.parquet"), batchSize: 1)
        #expect(try failure { try bytes.next() }.message.contains("column 'b'"))
    }

    @Test func badArgumentsAreErrors() throws {
        #expect(
            try failure { try RowReader(paths: Fixture.path("text.parquet"), batchSize: 0) }.code == .invalidArgument)
        #expect(try failure { try RowReader(paths: "somewhere", batchSize: 1) }.code == .invalidArgument)
        #expect(
            try failure { try RowReader(paths: Fixture.path("text.parquet"), columns: [], batchSize: 1) }.code
                == .invalidArgument)
        #expect(
            try failure { try RowReader(paths: Fixture.path("plain.csv"), format: .parquet, batchSize: 1) }.code
                == .corrupt)
    }
}
