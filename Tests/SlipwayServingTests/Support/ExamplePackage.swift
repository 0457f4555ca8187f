import Foundation
import SlipwayConfig
import SlipwayCore
import SlipwayData
import SlipwayExport
import SlipwayFeatures
import SlipwayModels
import Testing

/// The bundled example, exported once a run of the tests, its rows, and what TorchEasyRec scores them.
final class ExamplePackage: Sendable {
    static let shared = Result { try ExamplePackage() }

    let folder: String
    /// The package with user inputs once a candidate, and that with user inputs once a request.
    let plain: String
    let tiled: String
    private let rows: [[String: RequestBytes.Value]]
    /// `probs` of every row.
    let expected: [Double]
    let userColumns: Set<String>

    private init() throws {
        let example = Self.source
        folder =
            FileManager.default.temporaryDirectory.appendingPathComponent(
                "slipway-serving-\(ProcessInfo.processInfo.processIdentifier)"
            ).path
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        plain = "\(folder)/plain"
        tiled = "\(folder)/tiled"
        try Self.export(to: plain, [:])
        try Self.export(to: tiled, ["INPUT_TILE": "3"])
        let (config, _) = try PipelineConfig.load(path: "\(plain)/pipeline.config")
        userColumns = Set(try FeatureSet.make(config).features.filter(\.isUserFeature).map(\.name))
        let reader = try RowReader(paths: "\(example)/data/eval.parquet", batchSize: 10_000)
        let batch = try #require(try reader.next())
        rows = (0..<batch.rowCount).map { row in
            Dictionary(
                uniqueKeysWithValues: zip(batch.names, batch.columns).map { ($0, RequestBytes.Value($1, row)) })
        }
        let scores = try RowReader(paths: "\(example)/expected_int8.parquet", columns: ["probs"], batchSize: 10_000)
        expected = try #require(try scores.next()?.columns[0].doubles()).map { $0 ?? .nan }
    }

    private static let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Examples/multi_tower_din").path

    /// Exports the example. `targets` are what code is compiled for with ENABLE_AOT.
    static func export(to path: String, _ environment: [String: String], targets: String? = nil) throws {
        let work = FileManager.default.temporaryDirectory.appendingPathComponent(
            "slipway-example-\(UInt64.random(in: 0 ... .max))"
        ).path
        try FileManager.default.copyItem(atPath: source, toPath: work)
        defer { try? FileManager.default.removeItem(atPath: work) }
        // The compiler is found by the path.
        var environment = environment
        environment["PATH"] = ProcessInfo.processInfo.environment["PATH"]
        // Paths in the config are relative to the example; checkpoints are found by their absolute one.
        _ = try Exporter.run(
            ExportRequest(
                pipelineConfigPath: "\(work)/pipeline.config", checkpointPath: try checkpoint(work),
                exportDirectory: path, environment: environment, targets: targets, slipwayVersion: "test",
                createdAt: "2026-01-01T00:00:00Z")
        ) { _ in }
    }

    private static func checkpoint(_ work: String) throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(work)/ckpt").filter {
            $0.hasPrefix("model.ckpt-")
        }
        let steps = names.compactMap { Int($0.dropFirst("model.ckpt-".count)) }
        return "\(work)/ckpt/model.ckpt-\(try #require(steps.max()))"
    }

    /// Columns a request carries.
    private var names: [String] { (rows.first?.keys.sorted() ?? []).filter { $0 != "row_id" && $0 != "clk" } }

    /// A request for rows of the example, every column by candidate.
    func request(_ range: Range<Int>, debugLevel: Int = 0) -> [UInt8] {
        var request = RequestBytes()
        request.debugLevel(debugLevel)
        for name in names { request.context(name, range.map { rows[$0][name] ?? .missing }) }
        request.ids(range.map { "row\($0)" })
        return request.bytes
    }

    /// A request of one user, row `user`'s, and the candidates of other rows; with item features or with ids alone.
    func request(user: Int, candidates: [Int], withItems: Bool = true, ids: [String]? = nil) -> [UInt8] {
        var request = RequestBytes()
        for name in names {
            if userColumns.contains(name) {
                request.user(name, rows[user][name] ?? .missing)
            } else if withItems {
                request.item(name, candidates.map { rows[$0][name] ?? .missing })
            }
        }
        request.ids(ids ?? candidates.map { "row\($0)" })
        return request.bytes
    }

    /// The same as rows: the user's columns in every row.
    func expanded(user: Int, candidates: [Int]) -> [UInt8] {
        var request = RequestBytes()
        for name in names {
            let isUser = userColumns.contains(name)
            request.context(name, candidates.map { rows[isUser ? user : $0][name] ?? .missing })
        }
        request.ids(candidates.map { "row\($0)" })
        return request.bytes
    }
}
