import Foundation
import SlipwayCore
import SlipwayData
import SlipwayExport
import Testing

/// Cases that TorchEasyRec exported and scored; they lie beside the checkout, or are not there.
enum Golden {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("shared/goldens").path

    static func path(_ name: String) -> String { "\(folder)/\(name)" }

    static func has(_ names: [String]) -> Bool {
        names.allSatisfy { FileManager.default.fileExists(atPath: "\(path($0))/pipeline.config") }
    }

    /// - Parameters:
    ///   - checkpoint: the latest where nil.
    ///   - additional: the text of `--additional_export_config`.
    static func export(
        _ name: String, to target: String, checkpoint: String? = nil, additional: String? = nil,
        environment: [String: String]
    ) throws {
        let golden = path(name)
        let chosen = try checkpoint ?? latest("\(golden)/ckpt")
        _ = try Exporter.run(
            ExportRequest(
                pipelineConfigPath: "\(golden)/pipeline.config", checkpointPath: "\(golden)/ckpt/\(chosen)",
                exportDirectory: target, additionalExportConfig: additional, environment: environment,
                slipwayVersion: "test", createdAt: "2026-01-01T00:00:00Z")
        ) { _ in }
    }

    private static func latest(_ folder: String) throws -> String {
        let steps = try FileManager.default.contentsOfDirectory(atPath: folder).compactMap {
            $0.hasPrefix("model.ckpt-") ? Int($0.dropFirst(11)) : nil
        }
        return "model.ckpt-\(try #require(steps.max()))"
    }

    /// The first rows of a file of a case.
    static func rows(_ name: String, _ file: String, _ count: Int) throws -> ColumnBatch {
        let reader = try RowReader(paths: "\(path(name))/\(file)", batchSize: count)
        return try #require(try reader.next())
    }
}
