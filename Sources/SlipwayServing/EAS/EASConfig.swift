import Foundation
import SlipwayArtifact
import SlipwayCore
import SlipwayFeatures
import SlipwayOnline

/// The service JSON with which EAS, Alibaba Cloud's platform, serves a package; `slipway serve --config` reads it too.
package struct EASConfig {
    /// What is known of the service beside its package. Nil is left to EAS, or decided from the package.
    package struct Options: Sendable {
        package var name: String?
        package var group: String?
        /// The image with the program.
        package var image: String?
        /// Instead of an image: the processor that EAS runs.
        package var processor: String?
        /// Folder of the package in OSS.
        package var oss: String?
        package var region: String?
        package var mountPath = "/home/admin/docker_ml/workspace/model/"
        package var instances: Int?
        package var cpu: Int?
        package var memoryMB: Int?
        package var peakRate: Double?
        package var instanceRate: Double?
        package var resource: String?
        package var instanceType: String?
        package var workspace: String?
        package var vpc: String?
        package var vSwitch: String?
        package var securityGroup: String?
        /// Settings of `slipway serve` by name.
        package var settings: [(name: String, value: String)] = []
        package var environment: [(name: String, value: String)] = []

        package init() {}
    }

    /// The file's text.
    package let json: String
    /// How memory, processors and instances came about, for people.
    package let notes: [String]

    /// - Throws: as opening the package does; `invalidArgument` naming the option that does not fit.
    package init(package path: String, _ options: Options) throws {
        try options.check()
        var scoring = ScoringOptions()
        scoring.mapsTables = true
        let model = try ScoringModel(name: "eas", path: path, options: scoring)
        let name = try options.service(path)
        var settings = try EASSettings(options.settings)
        let size = try ReplicaSize(model.package.path, settings.probe, options)
        try settings.complete(model, processors: size.cpu, hasImage: options.image != nil)
        notes = size.notes

        var metadata = JSONObject([("name", .string(name))])
        metadata["group"] = options.group.map { .string($0) }
        metadata["instance"] = .integer(size.instances)
        metadata["cpu"] = .integer(size.cpu)
        metadata["memory"] = .integer(size.memoryMB)
        metadata["resource"] = options.resource.map { .string($0) }
        metadata["workspace_id"] = options.workspace.map { .string($0) }
        metadata["rolling_strategy"] = .object(JSONObject([("max_surge", 1), ("max_unavailable", 0)]))
        metadata["rpc"] = .object(settings.rpc)

        var root = JSONObject([("metadata", .object(metadata))])
        root["cloud"] = options.cloud.map { .object($0) }
        let place = options.oss == nil ? URL(fileURLWithPath: path).standardizedFileURL.path : options.mountPath
        let tile = options.image == nil ? Self.tile(ofPackage: model.package.path) : nil
        let environment = Self.environment(options.environment, tile: tile)
        if let image = options.image {
            let service = [options.group, name].compactMap { $0 }.joined(separator: "/")
            let script = settings.script(service: service, package: place)
            root["containers"] = .array([.object(Self.container(image, script, port: settings.port, environment))])
        } else {
            root["processor"] = options.processor.map { .string($0) }
            if !environment.isEmpty { root["processor_envs"] = .array(environment) }
        }
        root["model_path"] = .string(options.oss == nil ? place : "")
        if let oss = options.oss { root["storage"] = .array([.object(Self.storage(oss, options))]) }
        root["model_config"] = .object(settings.model)
        json = JSONWriter.text(.object(root), indent: 2) + "\n"
    }

    private static func container(
        _ image: String, _ script: String, port: Int, _ environment: [JSONValue]
    ) -> JSONObject {
        func check(_ path: String, failures: Int) -> JSONValue {
            let get = JSONObject([("path", .string(path)), ("port", .integer(port))])
            return .object(
                JSONObject([
                    ("http_get", .object(get)), ("period_seconds", 5), ("timeout_seconds", 2),
                    ("failure_threshold", .integer(failures)),
                ]))
        }
        var container = JSONObject([
            ("image", .string(image)), ("script", .string(script)), ("port", .integer(port)),
        ])
        if !environment.isEmpty { container["env"] = .array(environment) }
        // Reading, hashing and warming up a large package takes minutes.
        container["startup_check"] = check("/v2/health/ready", failures: 120)
        container["readiness_check"] = check("/v2/health/ready", failures: 2)
        container["liveness_check"] = check("/v2/health/live", failures: 6)
        return container
    }

    private static func storage(_ oss: String, _ options: Options) -> JSONObject {
        var place = JSONObject([("path", .string(oss.hasSuffix("/") ? oss : oss + "/")), ("readOnly", true)])
        place["endpoint"] = options.region.map { .string("oss-\($0)-internal.aliyuncs.com") }
        return JSONObject([("mount_path", .string(options.mountPath)), ("oss", .object(place))])
    }

    private static func environment(_ given: [(name: String, value: String)], tile: String?) -> [JSONValue] {
        var all = given
        if let tile, !given.contains(where: { $0.name == "INPUT_TILE" }) { all.append(("INPUT_TILE", tile)) }
        return all.map { .object(JSONObject([("name", .string($0.name)), ("value", .string($0.value))])) }
    }

    /// `INPUT_TILE` of a package's export; nil without one, or where the folder cannot be read.
    static func tile(ofPackage path: String) -> String? {
        guard let bytes = try? MappedFile.contents(of: "\(path)/\(PackageFiles.accelerationFlags)"),
            let flags = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
        else { return nil }
        return flags["INPUT_TILE"] as? String
    }
}
