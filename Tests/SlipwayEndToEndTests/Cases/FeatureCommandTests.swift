import Foundation
import SlipwayTestSupport
import Testing

/// `slipway fg`.
@Suite struct FeatureCommandTests {
    private func config(_ folder: TemporaryFolder, _ more: String = "") throws {
        try Data("abc\nefg\n".utf8).write(to: folder.url.appendingPathComponent("words.txt"))
        try Data(
            """
            data_config { fg_mode: FG_DAG dataset_type: CsvDataset with_header: true batch_size: 2 }
            train_input_path: "rows.csv" eval_input_path: "rows.csv" model_dir: "ckpt"
            feature_configs { id_feature { feature_name: "word" expression: "item:word" embedding_dim: 4
              vocab_file: "words.txt" default_bucketize_value: 1 } }
            feature_configs { id_feature { feature_name: "brand" expression: "item:brand" embedding_dim: 4
              hash_bucket_size: 100 } }
            \(more)
            """.utf8
        ).write(to: folder.url.appendingPathComponent("pipeline.config"))
        try Data("word,brand\nabc,hij\nefg,xyz\nzzz,abc\n".utf8).write(
            to: folder.url.appendingPathComponent("rows.csv"))
    }

    private func createJSON(_ folder: TemporaryFolder, _ arguments: String...) throws -> Command.Result {
        try Command.slipway(
            ["fg", "create-json", "--pipeline_config_path", "pipeline.config", "--fg_output_dir", "fg"] + arguments,
            in: folder.url)
    }

    /// Named by the MD5 of "abc\nefg\n" as md5sum prints it.
    private static let asset = "words_0480cff3b2284074da08f1038b05a083.txt"

    @Test func writesConfigAndAssets() throws {
        let folder = try TemporaryFolder()
        try config(folder)
        let result = try createJSON(folder, "--reserves", "label, request_id", "--debug")
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.contains("fg/fg.json: 2 features, 1 asset files, run on 2 rows"))
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: folder.path("fg"))) == ["fg.json", Self.asset])
        let text = try String(contentsOfFile: folder.path("fg/fg.json"), encoding: .utf8)
        #expect(text.contains("\"vocab_file\": \"\(Self.asset)\""))
        #expect(text.contains("\"hash_bucket_size\": 100"))
        let json = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(json["reserves"] as? [String] == ["label", "request_id"])
        // The folder may be there, and the file may have another name.
        let other = try createJSON(folder, "--fg-resource-name", "mine.json", "--remove-bucketizer")
        #expect(other.status == 0, "\(other.output)")
        let plain = try String(contentsOfFile: folder.path("fg/mine.json"), encoding: .utf8)
        #expect(!plain.contains("hash_bucket_size") && !plain.contains("vocab_file"))
    }

    @Test func runsRows() throws {
        let folder = try TemporaryFolder()
        try config(folder)
        #expect(try createJSON(folder).status == 0)
        try Data("[{\"word\": \"efg\", \"brand\": \"abc\\u001defg\"}, {\"word\": \"odd\"}]".utf8)
            .write(to: folder.url.appendingPathComponent("rows.json"))
        let result = try Command.slipway(
            ["fg", "run", "--fg_json", "fg/fg.json", "--rows", "rows.json", "--counters"], in: folder.url)
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.contains("word:1 | brand:33,44\nword:1 | brand:\n"))
        #expect(
            result.output.contains("word: 2 rows or steps, 0 missing, 0 defaulted, 1 out of vocabulary, 0 unparsable"))
        #expect(result.output.contains("brand: 2 rows or steps, 1 missing, 0 defaulted"))
    }

    @Test func problemsAreTold() throws {
        let folder = try TemporaryFolder()
        try config(folder)
        let upload = try createJSON(folder, "--odps_project_name", "p")
        #expect(upload.status == 69)
        #expect(upload.output.contains("uploading to MaxCompute is not supported"))
        let name = try createJSON(folder, "--fg_resource_name", "a/b")
        #expect(name.status == 64)
        try Data("{}".utf8).write(to: folder.url.appendingPathComponent("rows.json"))
        #expect(try createJSON(folder).status == 0)
        let rows = try Command.slipway(
            ["fg", "run", "--fg_json", "fg/fg.json", "--rows", "rows.json"], in: folder.url)
        #expect(rows.status == 65)
        #expect(rows.output.contains("rows.json is no JSON list of objects"))
        try FileManager.default.removeItem(atPath: folder.path("words.txt"))
        let asset = try createJSON(folder)
        #expect(asset.status == 66)
        #expect(asset.output.contains("words.txt does not exist"))
        #expect(asset.output.contains("feature word"))
    }

    /// Every example of docs/FEATURES.md is what the engine makes.
    @Test func documentationIsTheEngines() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "python3", Command.root.appendingPathComponent("scripts/generate_feature_docs.py").path,
            Command.binary.path,
            "--check",
        ]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }
}
