import Foundation
import SlipwayConfig
import Synchronization

/// Writes what a golden case gave to the file that `SLIPWAY_GOLDEN_RESULTS` names, one JSON object a line, for
/// `scripts/generate_model_table.py`. Without the variable nothing is written.
enum GoldenResults {
    enum Status: String, Encodable {
        /// Equal within the tolerance.
        case equal
        case different
        /// Slipway refuses it, and says why.
        case refused
        /// Exported by Slipway; TorchEasyRec itself cannot, so there is nothing to compare with.
        case unmatched
    }

    private struct Entry: Encodable {
        let golden: String
        let kind: String
        let setting: String
        let part: String
        let columns: [String]
        let largest: Double?
        let tolerance: Double
        let status: Status
        let note: String

        enum CodingKeys: String, CodingKey {
            case golden = "case"
            case kind, setting, part, columns, largest, tolerance, status, note
        }
    }

    private static let file = Mutex<FileHandle?>(nil)

    /// Adds one line.
    static func record(
        _ folder: URL, setting: String, part: String = "", columns: [String] = [], largest: Double? = nil,
        tolerance: Double = 1e-5, status: Status, note: String = ""
    ) throws {
        guard let path = ProcessInfo.processInfo.environment["SLIPWAY_GOLDEN_RESULTS"], !path.isEmpty else { return }
        let config = try PipelineConfig.load(path: folder.appendingPathComponent("pipeline.config").path).config
        let entry = Entry(
            golden: folder.lastPathComponent, kind: ModelKind(of: config.modelConfig)?.name ?? "none", setting: setting,
            part: part, columns: columns.sorted(), largest: largest.flatMap { $0.isFinite ? $0 : nil },
            tolerance: tolerance, status: status, note: note)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let line = try encoder.encode(entry) + Data("\n".utf8)
        try file.withLock { file in
            if file == nil {
                _ = FileManager.default.createFile(atPath: path, contents: nil)
                file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            }
            try file?.write(contentsOf: line)
        }
    }
}
