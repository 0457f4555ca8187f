import Foundation
import SlipwayCore
import SlipwayTestSupport
import Testing

/// The report of the bundled example: its numbers against what predictions and files say.
@Suite struct ReportTests {
    private static let exporting = ["export", "--pipeline_config_path", "pipeline.config", "--export_dir"]

    private func facts(_ example: DamagedExample, _ package: String = "package") throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(try example.bytes("\(package)/report.json")))
        return try #require(object as? [String: Any])
    }

    private func outputs(_ facts: [String: Any]) throws -> [String: [String: Any]] {
        let precision = try #require(facts["precision"] as? [String: Any])
        let list = try #require(precision["outputs"] as? [[String: Any]])
        return Dictionary(uniqueKeysWithValues: list.map { ($0["output"] as? String ?? "", $0) })
    }

    /// Scores of the example's rows as `predict` gives them.
    private func scores(_ example: DamagedExample, _ package: String, _ columns: [String]) throws -> [[Double]] {
        let result = try example.slipway([
            "predict", "--scripted_model_path", package, "--predict_input_path", DamagedExample.rows,
            "--predict_output_path", "scores-\(package)", "--reserved_columns", "clk",
        ])
        try #require(result.status == 0, "\(result.output)")
        let predictions = try Predictions(path: example.folder.path("scores-\(package)"))
        return try columns.map { try #require(predictions.columns[$0]) }
    }

    @Test func driftAndQualityAreThoseOfPredictions() throws {
        let example = try DamagedExample()
        for (package, environment) in [("exact", ["QUANT_EMB": "0"]), ("package", ["QUANT_EMB": "INT4"])] {
            let export = try example.slipway(Self.exporting + [package], environment)
            try #require(export.status == 0, "\(export.output)")
        }
        let exact = try scores(example, "exact", ["probs", "logits", "clk"])
        let own = try scores(example, "package", ["probs", "logits"])
        let reported = try outputs(facts(example))
        for (index, name) in ["probs", "logits"].enumerated() {
            let drift = try #require(reported[name]?["drift"] as? [String: Any])
            let sizes = zip(own[index], exact[index]).map { abs($0 - $1) }.sorted()
            #expect(drift["count"] as? Int == sizes.count)
            // Float32 on both sides, in other orders of summation.
            let largest = try #require(drift["largest"] as? Double)
            #expect(largest > 1e-3)
            #expect(abs(largest - (sizes.last ?? 0)) < 1e-6)
            let quantiles = try #require(drift["quantiles"] as? [[String: Double]])
            #expect(quantiles.first?["share"] == 0.5)
            #expect(abs((quantiles.first?["within"] ?? 0) - sizes[(sizes.count + 1) / 2 - 1]) < 1e-6)
        }
        // All pairs of a click and a row without one.
        func auc(_ scores: [Double]) -> Double {
            var won = 0.0
            var pairs = 0.0
            for (i, label) in exact[2].enumerated() where label == 1 {
                for (j, other) in exact[2].enumerated() where other == 0 {
                    won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0
                    pairs += 1
                }
            }
            return won / pairs
        }
        let quality = try #require(reported["probs"]?["auc"] as? [String: Any])
        #expect(quality["label"] as? String == "clk")
        #expect(abs((quality["float32"] as? Double ?? 0) - auc(exact[0])) < 1e-4)
        #expect(abs((quality["package"] as? Double ?? 0) - auc(own[0])) < 1e-4)
        #expect(reported["logits"]?["auc"] is NSNull)
        // Nothing is quantized in the other: what is left is the order of summation.
        let exactDrift = try #require(try outputs(facts(example, "exact"))["probs"]?["drift"] as? [String: Any])
        #expect((exactDrift["largest"] as? Double ?? 1) < 1e-6)
    }

    @Test func sizesAreThoseOfTheFiles() throws {
        let example = try DamagedExample()
        let export = try example.slipway(Self.exporting + ["package"], ["QUANT_EMB": "INT8"])
        try #require(export.status == 0, "\(export.output)")
        let sizes = try #require(try facts(example)["sizes"] as? [String: Any])
        for file in try #require(sizes["files"] as? [[String: Any]]) {
            let name = try #require(file["path"] as? String)
            #expect(file["bytes"] as? Int == (try example.bytes("package/\(name)").count))
        }
        let tables = try #require(sizes["tables"] as? [[String: Any]])
        #expect(tables.count == 13)
        for table in tables {
            let rows = try #require(table["rows"] as? Int)
            let width = try #require(table["width"] as? Int)
            #expect(table["bytes_float32"] as? Int == rows * width * 4)
            // Codes, and scale and bias as halves.
            if table["dtype"] as? String == "q8" { #expect(table["bytes"] as? Int == rows * (width + 4)) }
        }
        // Both files are the package's own.
        let manifest = String(decoding: try example.bytes("package/manifest.json"), as: UTF8.self)
        #expect(manifest.contains("\"report.html\""))
        #expect(manifest.contains("\"report.json\""))
    }

    /// Work is counted for the user once where user inputs come once.
    @Test func workFollowsTheSides() throws {
        let example = try DamagedExample()
        for (package, environment) in [("plain", [:]), ("tiled", ["INPUT_TILE": "3"])] {
            let export = try example.slipway(Self.exporting + [package], environment)
            try #require(export.status == 0, "\(export.output)")
        }
        func work(_ package: String, _ stage: String) throws -> [String: Any] {
            let work = try #require(try facts(example, package)["work"] as? [String: Any])
            #expect(work["user_inputs_once"] as? Bool == (package == "tiled"))
            return try #require(work[stage] as? [String: Any])
        }
        let plain = try work("plain", "after_passes")
        let before = try work("tiled", "before_passes")
        let after = try work("tiled", "after_passes")
        func number(_ stage: [String: Any], _ name: String) throws -> Double { try #require(stage[name] as? Double) }
        #expect(try number(plain, "flops_per_request") == 0)
        #expect(try number(after, "flops_per_request") > number(before, "flops_per_request"))
        #expect(try number(after, "flops_per_candidate") < number(before, "flops_per_candidate"))
        #expect(try number(after, "flops_per_candidate") < number(plain, "flops_per_candidate"))
    }

    @Test func noReportMeansNone() throws {
        let example = try DamagedExample()
        let export = try example.slipway(Self.exporting + ["package", "--no-report"])
        try #require(export.status == 0, "\(export.output)")
        #expect(!example.exists("package/report.html"))
        #expect(!example.exists("package/report.json"))
    }

    /// The export is good all the same; the reason is told.
    @Test func aReportThatCannotBeMadeIsAWarning() throws {
        let example = try DamagedExample()
        let missing = try example.slipway(Self.exporting + ["package", "--report-data", "nowhere.parquet"])
        #expect(missing.status == 0)
        #expect(missing.output.contains("warning: the package has no report: "))
        #expect(missing.output.contains("nowhere.parquet"))
        #expect(example.exists("package/manifest.json"))
        #expect(!example.exists("package/report.html"))
        try example.write(Array("not a table".utf8), to: "bad.parquet")
        let bad = try example.slipway(Self.exporting + ["other", "--report-data", "bad.parquet"])
        #expect(bad.status == 0)
        #expect(bad.output.contains("warning: the package has no report: "))
    }

    /// Rows are made up where the config's are not there, the same every time.
    @Test func rowsAreMadeUpFromTheSeed() throws {
        let example = try DamagedExample()
        try FileManager.default.removeItem(atPath: example.folder.path("data"))
        var precisions: [NSDictionary] = []
        for package in ["package", "again"] {
            let export = try example.slipway(Self.exporting + [package])
            try #require(export.status == 0, "\(export.output)")
            precisions.append(try #require(try facts(example, package)["precision"] as? NSDictionary))
        }
        #expect(precisions[0] == precisions[1])
        #expect(precisions[0]["source"] as? String == "made-up rows, seed 1")
        #expect((precisions[0]["notes"] as? [String])?.first?.contains("--report-data") == true)
    }
}
