import Foundation
import Testing

/// A case made by TorchEasyRec: a config, a checkpoint, rows and upstream's predictions of them.
struct GoldenCase: Sendable, CustomTestStringConvertible {
    let folder: URL
    let setting: String
    /// Part of a model exported in several; empty for the only one.
    let part: String
    let environment: [String: String]

    var name: String { folder.lastPathComponent }
    var testDescription: String { "\(name)/\(setting)\(part.isEmpty ? "" : "/\(part)")" }

    /// The folder of cases beside the checkout; not there for users.
    static let goldens = Command.root.deletingLastPathComponent().appendingPathComponent("shared/goldens")
    static var isAvailable: Bool { FileManager.default.fileExists(atPath: goldens.path) }

    /// What an export of the case needs beside config and checkpoint.
    var exportArguments: [String] {
        guard let data = try? Data(contentsOf: exported("model_acc.json")),
            let flags = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
            let candidates = flags["cand_seq_pk"] as? String
        else { return [] }
        return ["--additional_export_config", "{\"cand_seq_pk\": \"\(candidates)\"}"]
    }

    /// Every case and setting that upstream itself exported and predicted.
    static func all() -> [GoldenCase] {
        guard isAvailable,
            let folders = try? FileManager.default.contentsOfDirectory(at: goldens, includingPropertiesForKeys: nil)
        else { return [] }
        return folders.sorted { $0.path < $1.path }.flatMap(settings)
    }

    private static func settings(of folder: URL) -> [GoldenCase] {
        guard let data = try? Data(contentsOf: folder.appendingPathComponent("case.json")),
            let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
            let settings = object["settings"] as? [String: [String: Any]], object["nondeterministic"] as? Bool != true
        else { return [] }
        return settings.sorted { $0.key < $1.key }.flatMap { setting, info -> [GoldenCase] in
            guard info["export"] as? Bool == true, let parts = info["predict"] as? [String: Bool] else { return [] }
            return parts.filter(\.value).keys.sorted().map { part in
                GoldenCase(
                    folder: folder, setting: setting, part: part == "." ? "" : part,
                    environment: info["env"] as? [String: String] ?? [:])
            }
        }
    }

    /// The rows to score, relative to the case.
    var rows: String {
        ["data/oob.parquet", "data/eval.csv", "data/eval.parquet"].first {
            FileManager.default.fileExists(atPath: folder.appendingPathComponent($0).path)
        } ?? "data/eval.parquet"
    }

    /// Upstream's predictions.
    var expected: String {
        let name = "pred_\(setting)\(part.isEmpty ? "" : "_\(part)")"
        let parquet = folder.appendingPathComponent("\(name).parquet").path
        return FileManager.default.fileExists(atPath: parquet)
            ? parquet : folder.appendingPathComponent("\(name).csv").path
    }

    /// A file of upstream's export.
    func exported(_ file: String) -> URL {
        let export = folder.appendingPathComponent("export_\(setting)")
        return (part.isEmpty ? export : export.appendingPathComponent(part)).appendingPathComponent(file)
    }
}
