import Foundation
import SlipwayCore
import SlipwayOnline

extension ServingSettings {
    /// Keys of EAS's service JSON that concern the platform, not the server: read without a word.
    private static let platform: Set<String> = [
        "name", "generate_token", "processor", "processor_path", "processor_entry", "processor_type",
        "processor_mainclass",
        "model_path", "model_entry", "processor_envs", "storage", "cloud", "containers", "dockerAuth", "networking",
        "options", "metadata.name", "metadata.instance", "metadata.cpu", "metadata.gpu", "metadata.memory",
        "metadata.disk", "metadata.resource", "metadata.resource_burstable", "metadata.workspace_id",
        "metadata.workload_type", "metadata.group", "metadata.rolling_strategy", "metadata.resource_rebalancing",
        "metadata.rpc.enable_jemalloc", "metadata.rpc.enable_sigterm",
        "model_config.background_feature_thread_num",
    ]
    /// Keys of the Processor's own sources, which this server does not have.
    private static let featureStore: Set<String> = [
        "fs_project", "fs_model", "fs_entity", "region", "access_key_id", "access_key_secret", "security_token",
        "load_feature_from_offlinestore", "featuredb_username", "featuredb_passwd", "featuredb_password",
    ]

    /// Reads EAS's service JSON. Gives warnings about keys that mean nothing here; none of them is an error.
    package mutating func read(easJSON text: String) throws -> [String] {
        guard var object = Self.object(text) else {
            throw SlipwayError(.invalidConfig, "it is no JSON object", fix: "check it with a JSON parser")
        }
        // EAS takes this one as text as well.
        if let config = object["model_config"] as? String, let inner = Self.object(config) {
            object["model_config"] = inner
        }
        var warnings: [String] = []
        try read(object, prefix: "", &warnings)
        let config = object["model_config"] as? [String: Any]
        let metadata = object["metadata"] as? [String: Any]
        let path = Self.path(object, config)
        if let name = object["name"] as? String ?? metadata?["name"] as? String ?? path.map({ _ in "model" }) {
            let service = [metadata?["group"] as? String, name].compactMap { $0 }.joined(separator: "/")
            easService = service
            if let path { models.append(Model(name: service, path: path)) }
        }
        if let warning = Self.tileWarning(object, package: path) { warnings.append(warning) }
        return warnings
    }

    private static func object(_ text: String) -> [String: Any]? {
        try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    }

    /// `INPUT_TILE` belongs to the package: what the file says of it has no effect, and draws a warning where the package says
    /// otherwise.
    private static func tileWarning(_ object: [String: Any], package: String?) -> String? {
        let envs = object["processor_envs"] as? [[String: Any]] ?? []
        guard let asked = envs.last(where: { $0["name"] as? String == "INPUT_TILE" })?["value"] else { return nil }
        let own = package.flatMap { EASConfig.tile(ofPackage: ScoringModel.served($0)) }
        guard "\(asked)" != own else { return nil }
        let says = own.map { ", which was exported with \($0)" } ?? " whether it is tiled"
        return "processor_envs INPUT_TILE is ignored: that is for the package to say\(says)"
    }

    private mutating func read(_ object: [String: Any], prefix: String, _ warnings: inout [String]) throws {
        for (key, value) in object.sorted(by: { $0.key < $1.key }) {
            let path = prefix + key
            // What is null is not said.
            if value is NSNull { continue }
            if let setting = Setting.all.first(where: { $0.eas.contains(path) }) {
                try setting.apply(&self, try SettingValue(path, value))
            } else if prefix == "model_config.", Self.featureStore.contains(key) {
                warnings.append("\(path) is ignored: FeatureStore is not read; give item features with --items")
            } else if prefix == "model_config.", let setting = Setting.named(key) {
                try setting.apply(&self, try SettingValue(path, value))
            } else if Self.platform.contains(path) || path == "model_config.path" {
                continue
            } else if ["metadata", "metadata.rpc", "model_config"].contains(path), let inner = value as? [String: Any] {
                try read(inner, prefix: path + ".", &warnings)
            } else {
                let hint = Setting.nearest(to: key).map { "; did you mean \($0)?" } ?? ""
                warnings.append("unknown key \(path) is ignored\(hint)")
            }
        }
    }

    /// The package: `model_path`, else where storage is mounted, else `model_config.path`. A path in OSS is no package here.
    private static func path(_ object: [String: Any], _ config: [String: Any]?) -> String? {
        let mounted = (object["storage"] as? [[String: Any]])?.compactMap { $0["mount_path"] as? String }.first
        let candidates = [object["model_path"] as? String, config?["path"] as? String, mounted]
        return candidates.compactMap { $0 }.first { !$0.isEmpty && !$0.contains("://") }
    }
}
