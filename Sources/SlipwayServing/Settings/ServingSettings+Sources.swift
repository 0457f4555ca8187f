import Foundation
import SlipwayCore
import SlipwayRedis
import Yams

extension ServingSettings {
    /// Settings of `slipway serve`'s arguments: packages, a configuration file, and flags, which win over the file.
    ///
    /// - Returns: the settings and warnings about what was not understood.
    /// - Throws: `invalidArgument` or `invalidConfig` naming flag or key.
    package static func parse(arguments: [String]) throws -> (ServingSettings, warnings: [String]) {
        var settings = ServingSettings()
        var warnings: [String] = []
        var flags: [(String, String)] = []
        var packages: [String] = []
        var serviceName: String?
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--"), argument.count > 2 else {
                packages.append(argument)
                continue
            }
            let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
                throw SlipwayError(.invalidArgument, "--\(name) has no value", fix: "write --\(name) VALUE")
            }
            switch name {
            case "config": warnings += try settings.read(configPath: value)
            case "service-name", "service_name": serviceName = value
            default: flags.append((name, value))
            }
        }
        for (name, value) in flags {
            guard let setting = Setting.named(name) else {
                throw SlipwayError(
                    .invalidArgument, "there is no flag --\(name)",
                    fix: Setting.nearest(to: name).map { "did you mean --\($0)?" } ?? "see slipway serve --help")
            }
            try setting.apply(&settings, SettingValue("--\(name)", text: value))
        }
        try settings.add(packages: packages, serviceName: serviceName)
        try settings.check()
        return (settings, warnings)
    }

    private mutating func add(packages: [String], serviceName: String?) throws {
        var serviceName = serviceName
        // A package beside an EAS JSON is that service's, in place of the one that the file names.
        if packages.count == 1, !packages[0].contains("="), let easService {
            models.removeAll { $0.name == easService }
            serviceName = serviceName ?? (models.isEmpty ? easService : nil)
        }
        for package in packages {
            let parts = package.split(separator: "=", maxSplits: 1).map(String.init)
            let hasName = parts.count == 2 && !parts[0].contains("/")
            let path = hasName ? parts[1] : package
            models.append(Model(name: hasName ? parts[0] : Self.lastComponent(path), path: path))
        }
        if let serviceName {
            guard models.count == 1 else {
                throw SlipwayError(
                    .invalidArgument, "--service-name goes with one package", fix: "write NAME=PACKAGE for each")
            }
            models[0].name = serviceName
        }
    }

    private static func lastComponent(_ path: String) -> String {
        let full = URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent
        return full.isEmpty || full == "/" ? "model" : full
    }

    private func check() throws {
        guard !models.isEmpty || repository != nil else {
            throw SlipwayError(.invalidArgument, "no package to serve", fix: "write slipway serve PACKAGE")
        }
        let names = models.map(\.name)
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw SlipwayError(.invalidArgument, "two models are called \(twice)", fix: "write NAME=PACKAGE for each")
        }
        guard (tlsCertificate == nil) == (tlsKey == nil), tlsClientCA == nil || tlsCertificate != nil else {
            throw SlipwayError(
                .invalidConfig, "TLS is set up in part", fix: "set tls_certificate and tls_key, and then tls_client_ca")
        }
        if adminPort != nil || grpcAdminPort != nil, adminTokens.isEmpty,
            !["127.0.0.1", "::1", "localhost"].contains(adminHost)
        {
            throw SlipwayError(
                .invalidConfig, "the admin port would be open to other machines without a token",
                fix: "set admin_token, or leave admin_host at 127.0.0.1")
        }
        if let items, RedisAddress.isAddress(items) { _ = try RedisAddress(items) }
        guard ["trace", "debug", "info", "notice", "warning", "error", "critical"].contains(logLevel) else {
            throw SlipwayError(.invalidConfig, "log_level is \"\(logLevel)\"", fix: "use debug, info, warning or error")
        }
    }

    // MARK: Files

    /// Reads an EAS service JSON or a YAML file. Gives warnings about unknown keys.
    private mutating func read(configPath path: String) throws -> [String] {
        let text = String(decoding: try MappedFile.contents(of: path), as: UTF8.self)
        return try withContext("in \(path)") {
            text.drop(while: \.isWhitespace).first == "{" ? try read(easJSON: text) : try read(yaml: text)
        }
    }

    package mutating func read(yaml text: String) throws -> [String] {
        let loaded: Any?
        do {
            loaded = try Yams.load(yaml: text)
        } catch {
            throw SlipwayError(.invalidConfig, "it is no YAML: \(error)")
        }
        guard let keys = loaded as? [String: Any] else {
            throw SlipwayError(.invalidConfig, "it is no YAML mapping", fix: "write lines such as port: 8080")
        }
        var warnings: [String] = []
        for (name, value) in keys.sorted(by: { $0.key < $1.key }) {
            if value is NSNull { continue }
            if name == "models", let list = value as? [String: Any] {
                for (model, path) in list.sorted(by: { $0.key < $1.key }) {
                    models.append(Model(name: model, path: "\(path)"))
                }
            } else if let setting = Setting.named(name) {
                try setting.apply(&self, try SettingValue(name, value))
            } else {
                let hint = Setting.nearest(to: name).map { "; did you mean \($0)?" } ?? ""
                warnings.append("unknown key \(name) is ignored\(hint)")
            }
        }
        return warnings
    }
}
