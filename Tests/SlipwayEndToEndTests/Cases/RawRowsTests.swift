import Foundation
import SlipwayCore
import SlipwayData
import SlipwayTestSupport
import Testing

/// Raw rows through feature generation score as the encoded rows they stand for.
@Suite struct RawRowsTests {
    /// The example exported as it is and with `fg_mode`, its rows encoded and raw, and the scores of the encoded ones.
    private struct Setup {
        let example: DamagedExample
        let expected: Predictions

        init(_ environment: [String: String] = [:]) throws {
            example = try DamagedExample()
            let url = example.folder.url
            let rows = try RawExample(path: example.folder.path(DamagedExample.rows))
            try RawExample.write(rows.encoded, to: example.folder.path("encoded"))
            try RawExample.write(rows.raw, to: example.folder.path("raw"))
            let exported = try example.slipway(DamagedExample.exporting("package"), environment)
            try #require(exported.status == 0, "\(exported.output)")
            var text = try String(contentsOf: url.appendingPathComponent("pipeline.config"), encoding: .utf8)
            for (old, new) in [
                ("fg_mode: FG_NONE", "fg_mode: FG_DAG\n  fg_threads: 3"),
                ("fg_encoded_default_value: \"0\"", "default_value: \"0\""),
                ("fg_encoded_default_value: \"0.5\"", "default_value: \"0.5\""),
            ] {
                #expect(text.contains(old))
                text = text.replacingOccurrences(of: old, with: new)
            }
            try text.write(to: url.appendingPathComponent("raw.config"), atomically: true, encoding: .utf8)
            let other = try example.slipway(
                [
                    "export", "--pipeline_config_path", "raw.config", "--export_dir", "raw_package", "--report-data",
                    "raw/part-0.parquet",
                ], environment)
            try #require(other.status == 0, "\(other.output)")
            let scored = try example.slipway(DamagedExample.predicting("encoded/part-0.parquet", to: "expected"))
            try #require(scored.status == 0, "\(scored.output)")
            expected = try Predictions(path: example.folder.path("expected"))
        }

        func score(_ arguments: [String] = [], _ environment: [String: String] = [:]) throws -> String {
            let result = try example.slipway(
                [
                    "predict", "--scripted_model_path", "raw_package", "--predict_input_path", "raw/part-0.parquet",
                    "--predict_output_path", "out", "--overwrite",
                ] + arguments, environment)
            try #require(result.status == 0, "\(result.output)")
            return example.folder.path("out")
        }
    }

    @Test func rawRowsScoreAsEncodedOnes() throws {
        let setup = try Setup()
        for mode in ["FG_DAG", "FG_NORMAL", "FG_BUCKETIZE"] {
            let path = try setup.score(["--edit_config_json", "{\"data_config.fg_mode\": \"\(mode)\"}"])
            let (largest, problem) = Predictions.difference(setup.expected, try Predictions(path: path))
            #expect(problem == nil, "\(mode)")
            #expect(largest == 0, "\(mode)")
        }
        try debugTextIsThatOfEncodedRows(setup)
    }

    /// With user inputs once a request: rows as requests of one candidate, and requests of 50 rows with the user of the first.
    @Test(arguments: ["2", "3"])
    func tiledRawRowsScoreAsEncodedOnes(_ tile: String) throws {
        let setup = try Setup(["INPUT_TILE": tile])
        let request = ["--batch_size", "50"]
        let online = ["INPUT_TILE_3_ONLINE": "1"]
        let encoded = try setup.example.slipway(
            DamagedExample.predicting("encoded/part-0.parquet", to: "requests") + request, online)
        try #require(encoded.status == 0, "\(encoded.output)")
        let requests = try Predictions(path: setup.example.folder.path("requests"))
        #expect(Predictions.difference(setup.expected, requests).largest > 1e-3)
        for mode in ["FG_DAG", "FG_NORMAL", "FG_BUCKETIZE"] {
            let edit = ["--edit_config_json", "{\"data_config.fg_mode\": \"\(mode)\"}"]
            for (expected, arguments, environment) in [(setup.expected, edit, [:]), (requests, edit + request, online)]
            {
                let found = try Predictions(path: try setup.score(arguments, environment))
                let (largest, problem) = Predictions.difference(expected, found)
                #expect(problem == nil, "\(mode)")
                #expect(largest == 0, "\(mode)")
            }
        }
    }

    /// The report of an export and `verify` read raw rows as `predict` does.
    @Test func reportAndVerifyReadRawRows() throws {
        let setup = try Setup()
        let json = try JSONSerialization.jsonObject(with: Data(setup.example.bytes("raw_package/report.json")))
        let precision = try #require((json as? [String: Any])?["precision"] as? [String: Any])
        #expect(precision["rows"] as? Int == 200)
        #expect((precision["source"] as? String)?.contains("raw/part-0.parquet") == true)
        let result = try setup.example.slipway(
            ["verify", "raw_package", "--against", VerifyTests.checkpoint, "--data", "raw/part-0.parquet"])
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.contains("100 rows"), "\(result.output)")
    }

    /// `--debug_level 1` writes the same features for raw rows as for encoded ones.
    private func debugTextIsThatOfEncodedRows(_ setup: Setup) throws {
        let raw = try Self.features(try setup.score(["--debug_level", "1"]))
        let encoded = try setup.example.slipway(
            DamagedExample.predicting("encoded/part-0.parquet", to: "encoded_out") + ["--debug-level", "1"])
        try #require(encoded.status == 0, "\(encoded.output)")
        #expect(try Self.features(setup.example.folder.path("encoded_out")) == raw)
        #expect(raw.count == 200)
        #expect(
            raw[0].hasPrefix(
                "user_id:87 | gender:0 | age_bkt:0 | city:23 | tags:19,5,20,21 | skills:43,5,32 | interest:31:0.8204856"
            ))
        #expect(raw[0].contains(" | click_seq__item_id:72;337;390;433;87;225;65;175;144;17 | "))
        #expect(raw[0].contains(" | age:-0.35660523 | "))
    }

    private static func features(_ folder: String) throws -> [String] {
        let reader = try RowReader(paths: folder + "/part-0.parquet", batchSize: 4096)
        let rows = try #require(try reader.next())
        let column = try #require(rows["__features__"])
        return (0..<column.count).map { String(decoding: column.bytes($0), as: UTF8.self) }
    }

    @Test func missingColumnIsNamed() throws {
        let setup = try DamagedExample()
        var text = try String(contentsOf: setup.folder.url.appendingPathComponent("pipeline.config"), encoding: .utf8)
        text = text.replacingOccurrences(of: "fg_mode: FG_NONE", with: "fg_mode: FG_DAG")
        text = text.replacingOccurrences(of: "\"item:brand\"", with: "\"item:brand_name\"")
        try text.write(
            to: setup.folder.url.appendingPathComponent("pipeline.config"), atomically: true, encoding: .utf8)
        let exported = try setup.slipway(DamagedExample.exporting("package"))
        try #require(exported.status == 0, "\(exported.output)")
        let result = try setup.slipway(DamagedExample.predicting())
        #expect(result.status == 66)
        #expect(result.output.contains("brand_name"))
    }
}
