import Foundation
import SlipwayCore
import SlipwayData
import SlipwayExport
import SlipwayPredict
import SlipwayRecall
import SlipwayTestSupport
import Testing

/// The small models of `scripts/make_recall_case.py`, exported, with an index or a tree beside them.
struct RecallCase {
    let folder: TemporaryFolder
    /// The export: `user` and `item`, or `model` and `embedding`.
    let export: String
    /// Rows of users.
    let users: String

    struct Expected: Decodable {
        let embeddings: [[Double]]
        let ids: [[Int]]
        let scores: [[Double]]
        let hits: Int
        let users: [Int64]
        let ages: [Float]
    }

    static let source = (try? Fixture.path("Fixtures/recall")) ?? ""

    static func expected() throws -> Expected {
        try JSONDecoder().decode(
            Expected.self, from: Data(contentsOf: URL(fileURLWithPath: "\(source)/dssm/expected.json")))
    }

    /// - Parameter source: a case's folder; its config's paths become absolute.
    init(_ source: String, checkpoint: String = "model.ckpt-1", assets: String? = nil, users: String) throws {
        folder = try TemporaryFolder()
        export = folder.path("export")
        self.users = "\(source)/\(users)"
        let config = try String(contentsOfFile: "\(source)/pipeline.config", encoding: .utf8)
            .replacing("\"tree/", with: "\"\(source)/tree/")
        let path = try folder.write(Array(config.utf8), to: "pipeline.config")
        _ = try Exporter.run(
            ExportRequest(
                pipelineConfigPath: path, checkpointPath: "\(source)/ckpt/\(checkpoint)", exportDirectory: export,
                assetFiles: assets, environment: ["QUANT_EMB": "0"], slipwayVersion: "test",
                createdAt: "2026-01-01T00:00:00Z")
        ) { _ in }
    }

    static func towers() throws -> RecallCase { try RecallCase("\(source)/dssm", users: "data/users.parquet") }

    static func tree() throws -> RecallCase {
        try RecallCase("\(source)/tdm", assets: "\(source)/tdm/tree/serving_tree", users: "data/users.parquet")
    }

    /// Scores rows with one part of the export; gives the folder with the result.
    func predict(_ part: String, _ input: String, reserved: [String]) async throws -> String {
        let output = folder.path("predicted-\(part)")
        _ = try await FilePredictor.run(
            PredictRequest(
                packagePath: "\(export)/\(part)", inputPath: input, outputPath: output, reservedColumns: reserved,
                threads: 1))
        return output
    }

    /// Builds the index of the items in `input` into the user tower's package.
    func index(_ type: IndexType, lists: Int = 6, items input: String) async throws {
        let embeddings = try await predict("item", input, reserved: ["item_id"])
        _ = try IndexBuild(
            items: RowSource(path: "\(embeddings)/part-0.parquet"), idField: "item_id",
            embeddingField: "item_tower_emb",
            layout: .init(type, listCount: lists), threads: 1
        ).run(into: "\(export)/user", overwrite: true)
    }
}
