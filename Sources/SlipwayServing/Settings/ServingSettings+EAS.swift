import Foundation
import SlipwayCore

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
        guard let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
            throw SlipwayError(.invalidConfig, "it is no JSON object", fix: "check it with a JSON parser")
        }
        var warnings: [String] = []
        try read(object, prefix: "", &warnings)
        let config = object["model_config"] as? [String: Any]
        let metadata = object["metadata"] as? [String: Any]
        let path = Self.path(object, config)
        if let path {
            let name = object["name"] as? String ?? metadata?["name"] as? String
            let group = metadata?["group"] as? String
            models.append(Model(name: [group, name ?? "model"].compactMap { $0 }.joined(separator: "/"), path: path))
        }
        if let envs = object["processor_envs"] as? [[String: Any]] {
            for env in envs where env["name"] as? String == "INPUT_TILE" {
                warnings.append("processor_envs INPUT_TILE is ignored: the package says whether it is tiled")
            }
        }
        return warnings
    }

    private mutating func read(_ object: [String: Any], prefix: String, _ warnings: inout [String]) throws {
        for (key, value) in object.sorted(by: { $0.key < $1.key }) {
            let path = prefix + key
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
