import Foundation
import SlipwayCore
public import SlipwayExport
import SlipwayModels

/// Scores files straight from a checkpoint: exports it unquantized, with weighted features as trained, into a temporary
/// folder and predicts with that, as upstream's checkpoint prediction does without exporting.
public enum CheckpointPredictor {
    /// Runs `export` into a temporary folder, then `predict` with the package made there.
    public static func run(
        _ export: ExportRequest, _ predict: PredictRequest, report: @escaping (PredictEvent) -> Void = { _ in }
    ) async throws -> PredictSummary {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent(
                "slipway-\(ProcessInfo.processInfo.processIdentifier)-\(UInt32.random(in: 0 ... .max))")
        defer { try? FileManager.default.removeItem(at: folder) }
        var export = export
        export.exportDirectory = folder.path
        export.environment["QUANT_EMB"] = "0"
        export.environment["QUANT_EC_EMB"] = nil
        export.weightedFeatures = .asTrained
        let summary = try Exporter.run(export) { event in
            switch event {
            case .warning(let text): report(.warning(text))
            case .note(let text): report(.note(text))
            case .progress: break
            }
        }
        guard summary.parts.count == 1 else {
            throw SlipwayError(
                .unsupported,
                "a \(summary.modelKind) model has the parts \(summary.parts.map(\.name).joined(separator: ", ")) "
                    + "and cannot be scored straight from a checkpoint", fix: "export it and score each part")
        }
        var predict = predict
        predict.packagePath = folder.path
        return try await FilePredictor.run(predict, report: report)
    }
}
