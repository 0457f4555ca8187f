import SlipwayCore
import SlipwayFeatures
import SlipwayOnline

/// Settings of `slipway serve` at their places in EAS's JSON, and as its flags.
struct EASSettings {
    private var given: [(setting: Setting, value: String)] = []
    /// The settings as the server would have them.
    private(set) var probe = ServingSettings()

    /// What belongs into no file that many may read.
    private static let secrets: Set<String> = ["token", "admin_token"]

    /// Throws `invalidArgument` for a name that is no setting, and as the setting does for its value.
    init(_ settings: [(name: String, value: String)]) throws {
        for (name, value) in settings {
            guard let setting = Setting.named(name) else {
                throw SlipwayError(
                    .invalidArgument, "there is no setting \(name)",
                    fix: Setting.nearest(to: name).map { "did you mean \($0)?" } ?? "slipway serve --help lists them")
            }
            guard !Self.secrets.contains(setting.name) else {
                throw SlipwayError(
                    .invalidArgument, "\(setting.name) would be read by everybody who sees the file",
                    fix: "set \(setting.name)_file to a file on the mounted storage, or let EAS check its own token")
            }
            try setting.apply(&probe, SettingValue("--set \(setting.name)", text: value))
            given.removeAll { $0.setting.name == setting.name }
            given.append((setting, value))
        }
    }

    /// Adds what the package and its place decide, where nothing was said.
    ///
    /// Throws `invalidArgument` for a port that a container cannot have.
    mutating func complete(_ model: ScoringModel, processors: Int, hasImage: Bool) throws {
        add("workers", "\(processors)")
        add("queue_size", "\(probe.queueSize)")
        add("request_timeout_ms", "\(probe.requestTimeoutMs)")
        add("fg_mode", model.featureMode.rawValue)
        if model.index != nil {
            add("faiss_neigh_num", "\(probe.scoring.neighbours)")
            add("faiss_nprobe", "\(probe.scoring.probes)")
        }
        if model.tree != nil { add("tdm_retrieval_num", "\(probe.scoring.treeItems)") }
        guard hasImage else { return }
        add("port", "\(Self.containerPort)")
        guard ![8080, 9090].contains(port) else {
            throw SlipwayError(
                .invalidArgument, "a container cannot have port \(port): EAS listens on 8080 and 9090 beside it",
                fix: "leave the port out (\(Self.containerPort)), or set another one")
        }
    }

    private static let containerPort = 8000

    /// The port that the server listens on.
    var port: Int { given.first { $0.setting.name == "port" }.flatMap { Int($0.value) } ?? probe.port }

    private mutating func add(_ name: String, _ value: String) {
        guard !given.contains(where: { $0.setting.name == name }), let setting = Setting.named(name) else { return }
        given.append((setting, value))
    }

    /// `metadata.rpc`.
    var rpc: JSONObject { section("metadata.rpc.") { _ in nil } }

    /// `model_config`: with places of their own or by the settings' names.
    var model: JSONObject { section("model_config.") { $0.eas.isEmpty ? $0.name : nil } }

    private func section(_ prefix: String, _ otherwise: (Setting) -> String?) -> JSONObject {
        var object = JSONObject()
        for (setting, value) in given {
            let own = setting.eas.first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
            guard let key = own ?? otherwise(setting) else { continue }
            object[key] = Self.json(value)
        }
        return object
    }

    private static func json(_ text: String) -> JSONValue {
        switch text {
        case "true": return true
        case "false": return false
        default: break
        }
        if let whole = Int(text), "\(whole)" == text { return .integer(whole) }
        // Text that only looks like a number keeps its digits.
        if let number = Double(text), number.isFinite, "\(number)" == text { return .double(number) }
        return .string(text)
    }

    /// The command of a container.
    func script(service: String, package: String) -> String {
        let flags = given.map { "--\($0.setting.name.replacing("_", with: "-"))=\($0.value)" }
        return (["slipway", "serve", "\(service)=\(package)"] + flags).map(Self.quoted).joined(separator: " ")
    }

    /// A word for the shell.
    private static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                || "-_=/.,:+@%".utf8.contains(byte)
        }
        return plain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
