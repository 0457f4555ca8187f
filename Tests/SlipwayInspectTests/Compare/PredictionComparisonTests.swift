import Foundation
import SlipwayCore
import SlipwayData
import SlipwayTestSupport
import Testing

@testable import SlipwayInspect

/// Writes columns as one file in a folder of their own. Gives the folder.
private func write(
    _ columns: [(name: String, column: Column)], _ folder: TemporaryFolder, _ name: String,
    _ format: RowFormat = .parquet
) throws -> String {
    let batch = ColumnBatch(rowCount: columns[0].column.count, columns: columns)
    let directory = "\(folder.path)/\(name)"
    let writer = try RowWriter(directory: directory, format: format, schema: RowSchema(of: batch), overwrite: false)
    try writer.append(batch)
    try writer.finish()
    return directory
}

private let csv = RowFormat.csv(CSVOptions())

struct PredictionComparisonTests {
    @Test func equalFiles() throws {
        let folder = try TemporaryFolder()
        let columns: [(String, Column)] = [("probs", .float([0.25, 0.5])), ("name", .string(["a", nil]))]
        let path = try write(columns, folder, "a")
        let result = try PredictionComparison.run(expected: path, actual: "\(path)/part-0.parquet")
        #expect(result.isWithinTolerance)
        #expect(result.key == nil)
        #expect(result.expectedRowCount == 2)
        #expect(result.columns.map(\.name) == ["probs", "name"])
        #expect(result.columns[0].largestAbsolute?.value == 0)
        #expect(result.columns[1].largestAbsolute == nil)
        #expect(result.text().hasSuffix("\n\nlargest difference 0: within 1e-05"))
    }

    @Test func largestDifferencesAndTheirRows() throws {
        let folder = try TemporaryFolder()
        // Absolute: row 1 differs by 0.5, relative to 1000 that is 5e-4. Relative: row 2 differs by 0.25 below 1.
        let expected = try write([("score", .double([1, 1000, 0.5, 2]))], folder, "a")
        let actual = try write([("score", .double([1, 1000.5, 0.25, 2]))], folder, "b")
        let result = try PredictionComparison.run(expected: expected, actual: actual)
        let column = result.columns[0]
        #expect(column.largestAbsolute?.value == 0.5)
        #expect(column.largestAbsolute?.place.row == 1)
        #expect(column.largestRelative?.value == 0.25)
        #expect(column.largestRelative?.place.row == 2)
        #expect(!result.isWithinTolerance)
        #expect(
            result.text().hasSuffix("largest difference 0.25 in score at row 2: over the tolerance of 1e-05"))
        #expect(
            try PredictionComparison.run(expected: expected, actual: actual, options: .init(tolerance: 0.25))
                .isWithinTolerance)
        let lines = result.text().components(separatedBy: "\n")
        #expect(lines.contains("column  type    absolute  relative  at     nan  other  verdict"))
        #expect(lines.contains("score   double       0.5      0.25  row 2    0      0  differs"))
    }

    @Test(arguments: [1, 2, 3, 100])
    func rowsInAnotherOrder(batchSize: Int) throws {
        let folder = try TemporaryFolder()
        let expected = try write(
            [("row_id", .int64([1, 2, 3, 4, 5])), ("probs", .float([0.1, 0.2, 0.3, 0.4, 0.5]))], folder, "a")
        let actual = try write(
            [("probs", .float([0.5, 0.4, 0.3125, 0.2, 0.1])), ("row_id", .string(["5", "4", "3", "2", "1"]))], folder,
            "b")
        let result = try PredictionComparison.run(
            expected: expected, actual: actual, options: .init(batchSize: batchSize))
        #expect(result.key == "row_id")
        #expect(result.isReordered)
        #expect(result.columns.map(\.name) == ["probs"])
        #expect(result.columns[0].rowCount == 5)
        #expect(abs(try #require(result.columns[0].largestAbsolute).value - 0.0125) < 1e-7)
        #expect(result.columns[0].largestAbsolute?.place.key == "3")
        #expect(result.text().contains("matched by  row_id, rows are in another order\n"))
        #expect(result.text().contains("in probs at row_id 3: over"))
    }

    @Test func aKeyOfOnesOwnAndRepeatedKeys() throws {
        let folder = try TemporaryFolder()
        let expected = try write([("user", .string(["u", "u", "v"])), ("p", .float([1, 2, 3]))], folder, "a")
        let actual = try write([("user", .string(["v", "u", "u"])), ("p", .float([3, 1, 2]))], folder, "b")
        #expect(!(try PredictionComparison.run(expected: expected, actual: actual).isWithinTolerance))
        let result = try PredictionComparison.run(expected: expected, actual: actual, options: .init(key: "user"))
        #expect(result.isWithinTolerance)
        #expect(result.isReordered)
        let error = try failure {
            try PredictionComparison.run(expected: expected, actual: actual, options: .init(key: "id"))
        }
        #expect(error.code == .notFound)
        #expect(error.message == "\(expected) has no key column id")
        #expect(error.fix == "its columns are user, p")
    }

    @Test func rowsWithoutAPartner() throws {
        let folder = try TemporaryFolder()
        let expected = try write([("row_id", .int64([1, 2, 3])), ("p", .float([1, 2, 3]))], folder, "a")
        let actual = try write([("row_id", .int64([3, 7, 1, 9])), ("p", .float([3, 7, 1, 9]))], folder, "b")
        let result = try PredictionComparison.run(expected: expected, actual: actual)
        #expect(result.onlyExpectedRowCount == 1)
        #expect(result.onlyActualRowCount == 2)
        #expect(result.unmatchedKeys == ["2", "7", "9"])
        #expect(!result.isWithinTolerance)
        #expect(result.text().hasSuffix("largest difference 0: 3 rows without a partner"))

        let plain = try write([("p", .float([1, 2]))], folder, "c")
        let longer = try write([("p", .float([1, 2, 3]))], folder, "d")
        let counts = try PredictionComparison.run(expected: plain, actual: longer)
        #expect(counts.onlyExpectedRowCount == 0)
        #expect(counts.onlyActualRowCount == 1)
        #expect(counts.columns[0].rowCount == 2)
        #expect(!counts.isWithinTolerance)
    }

    @Test func memoryForRowsThatWaitIsBounded() throws {
        let folder = try TemporaryFolder()
        let ids = (0..<100).map(Int64.init)
        let expected = try write([("row_id", .int64(ids)), ("p", .float(ids.map { Float($0) }))], folder, "a")
        let actual = try write(
            [("row_id", .int64(ids.reversed())), ("p", .float(ids.reversed().map { Float($0) }))], folder, "b")
        #expect(try PredictionComparison.run(expected: expected, actual: actual).isWithinTolerance)
        let error = try failure {
            try PredictionComparison.run(expected: expected, actual: actual, options: .init(waitingLimit: 100))
        }
        #expect(error.code == .unsupported)
        #expect(error.message.contains("wait for the row with the same row_id"))
    }

    @Test func missingAndExtraColumns() throws {
        let folder = try TemporaryFolder()
        let expected = try write([("a", .float([1])), ("b", .float([1]))], folder, "a")
        let actual = try write([("c", .float([1])), ("b", .float([1]))], folder, "b")
        let result = try PredictionComparison.run(expected: expected, actual: actual)
        #expect(result.missingColumns == ["a"])
        #expect(result.extraColumns == ["c"])
        #expect(!result.isWithinTolerance)
        #expect(result.text().hasSuffix("largest difference 0: 1 missing column, 1 extra column"))
        let other = try write([("z", .float([1]))], folder, "z")
        let nothing = try PredictionComparison.run(expected: expected, actual: other)
        #expect(nothing.text().hasSuffix("2 missing columns, 1 extra column, no column to compare"))
    }

    @Test func nansNullsAndInfinities() throws {
        let folder = try TemporaryFolder()
        let expected = try write(
            [("p", .float([.nan, .nan, 1, .infinity, nil, nil])), ("q", .float([1, 1, 1, -.infinity, 1, 1]))], folder,
            "a")
        let actual = try write(
            [("p", .float([.nan, 1, .nan, .infinity, nil, 1])), ("q", .float([1, 1, 1, .infinity, 1, 1]))], folder, "b")
        let result = try PredictionComparison.run(expected: expected, actual: actual)
        #expect(result.columns[0].nanMismatches == 2)
        #expect(result.columns[0].otherMismatches == 1)
        #expect(result.columns[0].largestAbsolute?.value == 0)
        #expect(result.columns[0].firstMismatch == "row 1: nan against 1.0")
        #expect(result.columns[1].largestRelative?.value == .infinity)
        #expect(!result.isWithinTolerance)
        #expect(result.text().contains("2 NaN mismatches, 1 other mismatch"))
    }

    @Test func integersAndTextMustBeEqual() throws {
        let folder = try TemporaryFolder()
        let expected = try write(
            [("code", .int64([1 << 60, 2])), ("tag", .string(["a", "007"]))], folder, "a")
        let actual = try write([("code", .int64([1 << 60 + 1, 2])), ("tag", .string(["b", "7"]))], folder, "b")
        let result = try PredictionComparison.run(expected: expected, actual: actual, options: .init(tolerance: 1))
        #expect(result.columns[0].otherMismatches == 1)
        #expect(result.columns[0].firstMismatch == "row 0: 1152921504606846976 against 1152921504606846977")
        #expect(result.columns[1].otherMismatches == 2)
        #expect(!result.isWithinTolerance)
    }

    @Test func listsAreComparedNumberByNumber() throws {
        let folder = try TemporaryFolder()
        let inner = Column.list(lengths: [2, 1, 2], child: .double([1, 2, 3, 4, 5]))
        let expected = try write([("v", .list(lengths: [2, 1], child: inner))], folder, "a")
        let flat = try write([("v", .list(lengths: [3, 2], child: .float([1, 2, 3, 4, 5.5])))], folder, "b")
        let result = try PredictionComparison.run(expected: expected, actual: flat)
        #expect(result.columns[0].largestAbsolute?.value == 0.5)
        #expect(result.columns[0].largestRelative?.value == 0.1)
        #expect(result.columns[0].largestRelative?.place.row == 1)
        #expect(result.columns[0].otherMismatches == 0)
        let short = try write([("v", .list(lengths: [3, 1], child: .float([1, 2, 3, 4])))], folder, "c")
        let lengths = try PredictionComparison.run(expected: expected, actual: short)
        #expect(lengths.columns[0].firstMismatch == "row 1: 2 numbers against 1")
    }

    @Test func csvAgainstParquet() throws {
        let folder = try TemporaryFolder()
        let columns: [(String, Column)] = [
            ("row_id", .string(["r2", "r1", "r3"])), ("logits", .float([-1.5, 0.1, .nan])),
            ("vector", .list(lengths: [2, 2, 0], child: .double([0.5, 1, 2, 3]))), ("codes", .int64([1, 2, 3])),
        ]
        let parquet = try write(columns, folder, "a")
        let text = try write(columns, folder, "b", csv)
        for (expected, actual) in [(parquet, text), (text, parquet), (text, "\(text)/part-0.csv")] {
            let result = try PredictionComparison.run(expected: expected, actual: actual)
            #expect(result.isWithinTolerance, "\(result.text())")
            #expect(result.columns.map(\.name) == ["logits", "vector", "codes"])
            #expect(result.columns[1].largestAbsolute?.value == 0)
        }
        let byHand = try folder.write("row_id,codes,logits,vector\nr1,2,0.1,\"[2.0, 3.25]\"\n", to: "c.csv")
        let result = try PredictionComparison.run(expected: parquet, actual: byHand)
        #expect(result.columns[1].largestAbsolute?.value == 0.25)
        #expect(result.onlyExpectedRowCount == 2)
    }

    @Test func noRowsAtAll() throws {
        let folder = try TemporaryFolder()
        let path = try write([("p", .float([]))], folder, "a")
        let result = try PredictionComparison.run(expected: path, actual: path)
        #expect(result.isWithinTolerance)
        #expect(result.text().hasSuffix("largest difference none: within 1e-05"))
    }

    @Test func pathsThatCannotBeCompared() throws {
        let folder = try TemporaryFolder()
        let path = try write([("p", .float([1]))], folder, "a")
        func error(_ actual: String, _ options: PredictionComparison.Options = .init()) throws -> SlipwayError {
            try failure { try PredictionComparison.run(expected: path, actual: actual, options: options) }
        }
        #expect(try error("\(folder.path)/absent").code == .notFound)
        #expect(try error("\(folder.path)/absent").context == ["actual"])
        #expect(try error(folder.path).message == "\(folder.path) holds no Parquet or CSV files")
        #expect(try error(try folder.write("x", to: "a.txt")).code == .invalidArgument)
        try folder.write("x", to: "both/a.csv")
        try folder.write("x", to: "both/a.parquet")
        #expect(try error("\(folder.path)/both").message.hasSuffix("holds both Parquet and CSV files"))
        #expect(try error(path, .init(tolerance: -1)).code == .invalidArgument)
        #expect(try error(path, .init(tolerance: .nan)).code == .invalidArgument)
        let lists = try write(
            [("row_id", .list(lengths: [1], child: .int64([1]))), ("p", .float([1]))], folder, "lists")
        let key = try failure { try PredictionComparison.run(expected: lists, actual: lists) }
        #expect(key.message == "column row_id is list<int64>, which cannot name rows")
    }
}
