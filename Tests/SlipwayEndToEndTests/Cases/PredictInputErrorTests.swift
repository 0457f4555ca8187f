import Foundation
import SlipwayCore
import Testing

/// Input files and columns that do not fit the model.
@Suite struct PredictInputErrorTests {
    /// Scores the example with some columns changed and expects a refusal.
    private func refuses(
        _ changes: [String: Column?], with arguments: [String] = [], status: Int32 = 65, _ parts: [String]
    ) throws {
        let example = try DamagedExample.exported()
        let rows = try example.writeRows(changes, to: "rows")
        try example.refuses(DamagedExample.predicting(rows) + arguments, status: status, parts)
    }

    @Test func missingColumn() throws {
        try refuses(
            ["brand": nil], status: 66,
            ["rows/part-0.parquet: there is no column 'brand'", "the columns are", "cate_id"])
    }

    @Test func nearName() throws {
        let example = try DamagedExample.exported()
        let brand = Column.of(try example.ids("brand"))
        let rows = try example.writeRows(["brand": nil, "brands": brand], to: "rows")
        try example.refuses(
            DamagedExample.predicting(rows), status: 66, ["there is no column 'brand'", "did you mean brands"])
    }

    @Test func wrongType() throws {
        try refuses(
            ["brand": .bool([Bool?](repeating: true, count: 200))],
            ["feature brand: column brand has type bool", "use one of", "string, int32, int64"])
    }

    @Test func typesThatDiffer() throws {
        let example = try DamagedExample.exported()
        let rows = try example.writeRows(["brand": .string([String?](repeating: "1", count: 200))], to: "rows")
        try example.refuses(
            DamagedExample.predicting("\(DamagedExample.rows),\(rows)"), status: 65,
            ["rows/part-0.parquet: column 'brand' is string, in the files before it is int64", "one type in all files"])
    }

    @Test func textThatIsNoNumber() throws {
        let example = try DamagedExample.exported()
        var text = try example.ids("brand").map { Optional("\($0)") }
        text[5] = "12x"
        try refuses(
            ["brand": .string(text)],
            ["feature brand: column brand, row 5: \"12x\" is not a whole number", "row 0 of the input"])
        text[5] = "1.5y"
        try refuses(["price": .string(text)], ["feature price: column price, row 5: \"1.5y\" is not a number"])
    }

    @Test(arguments: [Int64(83), -2, .max, .min])
    func idOutsideAPlainTable(id: Int64) throws {
        let example = try DamagedExample.exported(["QUANT_EMB": "0"])
        var ids = try example.ids("brand")
        ids[123] = id
        let rows = try example.writeRows(["brand": .of(ids)], to: "rows")
        try example.refuses(
            DamagedExample.predicting(rows), status: 65,
            ["brand: id \(id) at row 59", "outside 0..<83", "a batch whose row 0 is row 64 of the input"])
    }

    @Test func idOutsideAQuantizedTable() throws {
        let example = try DamagedExample.exported()
        var ids = try example.ids("brand")
        ids[123] = 83
        ids[7] = -9
        let rows = try example.writeRows(["brand": .of(ids)], to: "rows")
        try example.refuses(
            DamagedExample.predicting(rows) + ["--bad-ids", "strict"], status: 65,
            ["brand: id -9 at row 7", "outside 0..<83"])
        try example.warns(
            DamagedExample.predicting(rows), saying: ["ids outside their tables", "brand 2;", "--bad-ids strict"])
    }

    @Test func notANumber() throws {
        let example = try DamagedExample.exported()
        var prices = [Float](repeating: 1, count: 200)
        prices[7] = .nan
        prices[9] = .nan
        let rows = try example.writeRows(["price": .of(prices)], to: "rows")
        let output = try example.warns(
            DamagedExample.predicting(rows), saying: ["output probs is NaN in 2 rows", "dense input columns"])
        #expect(output.contains("output logits is NaN in 2 rows"))
        let scores = try example.predictions()
        #expect(scores.columns["probs"]?.indices.filter { scores.columns["probs"]?[$0].isNaN == true } == [7, 9])
    }

    @Test func reservedColumnThatIsAbsent() throws {
        try refuses(
            [:], with: ["--reserved_columns", "row_ids"], status: 66,
            ["there is no column 'row_ids'", "did you mean row_id"])
    }

    @Test func reservedColumnWithTheNameOfAnOutput() throws {
        try refuses(
            ["probs": .of([Float](repeating: 1, count: 200))], with: ["--reserved_columns", "probs"], status: 64,
            ["reserved column probs has the name of an output", "rename the input column"])
    }

    @Test(arguments: ["data/none.parquet", "data/*.none", "ckpt", ""])
    func noFiles(path: String) throws {
        let example = try DamagedExample.exported()
        try example.refuses(
            DamagedExample.predicting(path), status: 66,
            ["No parquet files exist in \(path.isEmpty ? "an empty path" : path).", "check the input path"])
    }

    @Test(arguments: [0, 4, 30000, 47350])
    func truncatedParquet(length: Int) throws {
        let example = try DamagedExample.exported()
        try example.truncate(DamagedExample.rows, to: length)
        try example.refuses(
            DamagedExample.predicting(), status: 65, ["data/eval.parquet: ", "arquet", "write the file again"])
    }

    /// A file that ends where a column's pages should go on.
    @Test func damagedPages() throws {
        let example = try DamagedExample.exported()
        var bytes = try example.bytes(DamagedExample.rows)
        for index in 4..<2000 { bytes[index] = 0xFF }
        try example.write(bytes, to: DamagedExample.rows)
        try example.refuses(DamagedExample.predicting(), status: 65, ["data/eval.parquet"])
    }
}
