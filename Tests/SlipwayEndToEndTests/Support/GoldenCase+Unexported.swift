import Foundation

extension GoldenCase {
    /// Every case and setting that upstream itself failed to export.
    static func unexported() -> [GoldenCase] {
        guard isAvailable,
            let folders = try? FileManager.default.contentsOfDirectory(at: goldens, includingPropertiesForKeys: nil)
        else { return [] }
        return folders.sorted { $0.path < $1.path }.flatMap { folder -> [GoldenCase] in
            guard let data = try? Data(contentsOf: folder.appendingPathComponent("case.json")),
                let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
                let settings = object["settings"] as? [String: [String: Any]]
            else { return [] }
            return settings.sorted { $0.key < $1.key }.filter { $1["export"] as? Bool != true }.map { setting, info in
                GoldenCase(
                    folder: folder, setting: setting, part: "", environment: info["env"] as? [String: String] ?? [:])
            }
        }
    }

    /// The same case as upstream exported it without tiles or quantization.
    var plain: GoldenCase { GoldenCase(folder: folder, setting: "q0", part: part, environment: [:]) }
}
