import Foundation
import NIOCore
import NIOHTTP1
import SlipwayArtifact
import SlipwayOnline
import SlipwayProtocol

/// The model repository extension and the admin routes. Loading and unloading are the admin port's alone.
struct RepositoryRoutes: Sendable {
    let registry: ModelRegistry
    let loader: ModelLoader
    let settings: ServingSettings

    /// - Parameter parts: the path behind `/v2/repository`.
    func answer(_ request: ServerRequest, _ parts: [String], _ respond: @escaping Responder) {
        guard request.method == .POST else {
            return respond(.error(405, "the repository is asked by POST", id: request.id))
        }
        if parts == ["index"] { return respond(index(onlyReady: asksForReady(request))) }
        guard parts.count >= 3, parts[0] == "models", let action = parts.last, ["load", "unload"].contains(action)
        else {
            return respond(.error(404, "there is nothing at \(String(request.path.prefix(200)))", id: request.id))
        }
        let name = parts[1..<parts.count - 1].joined(separator: "/")
        control(name, loads: action == "load", request, respond)
    }

    /// Loads or unloads a model; on the admin port alone.
    func control(_ name: String, loads: Bool, _ request: ServerRequest, _ respond: @escaping Responder) {
        guard request.isAdmin else {
            return respond(.error(403, "models are loaded and unloaded on the admin port", id: request.id))
        }
        loads ? load(name, request, respond) : unload(name, request, respond)
    }

    /// `{"ready": true}` asks for the models that answer.
    private func asksForReady(_ request: ServerRequest) -> Bool {
        let bytes = Data(request.body.readableBytesView)
        return ((try? JSONSerialization.jsonObject(with: bytes)) as? [String: Any])?["ready"] as? Bool ?? false
    }

    /// A model in the index.
    struct Line {
        let name: String
        let version: String
        let state: String
        let reason: String
    }

    /// Packages of the repository that are not loaded stand in it too.
    func lines(onlyReady: Bool) -> [Line] {
        let served = registry.all.filter { !onlyReady || $0.current != nil }
        var lines = served.map { entry in
            Line(
                name: entry.name, version: entry.current?.version ?? "",
                state: entry.current == nil ? entry.status.word : "READY",
                reason: entry.lastFailure ?? entry.status.reason)
        }
        let known = Set(registry.names)
        for name in (onlyReady ? [] : repositoryNames()) where !known.contains(name) {
            lines.append(Line(name: name, version: "", state: "UNAVAILABLE", reason: "unloaded"))
        }
        return lines
    }

    private func index(onlyReady: Bool) -> ServerResponse {
        let entries = lines(onlyReady: onlyReady).map {
            "{\"name\":\(JSONString.quoted($0.name)),\"version\":\(JSONString.quoted($0.version)),"
                + "\"state\":\"\($0.state)\",\"reason\":\(JSONString.quoted($0.reason))}"
        }
        return .json("[\(entries.joined(separator: ","))]")
    }

    private func repositoryNames() -> [String] {
        guard let repository = settings.repository else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: repository)) ?? []
        return names.sorted().filter {
            FileManager.default.fileExists(atPath: "\(repository)/\($0)/\(PackageFiles.manifest)")
        }
    }

    private func load(_ name: String, _ request: ServerRequest, _ respond: @escaping Responder) {
        if registry.entry(name) == nil {
            // Only names that the folder lists: a name is no path.
            guard let repository = settings.repository, repositoryNames().contains(name) else {
                return respond(
                    .error(
                        400, "failed to load \(String(name.prefix(200))): it is not in the repository", id: request.id))
            }
            registry.insert(name, path: "\(repository)/\(name)", isRequired: false)
        }
        loader.load(name) { problem in
            respond(problem.map { .error(400, "failed to load \(name): \($0)", id: request.id) } ?? .json("{}"))
        }
    }

    private func unload(_ name: String, _ request: ServerRequest, _ respond: @escaping Responder) {
        guard registry.remove(name) else {
            return respond(.error(400, "there is no model \(String(name.prefix(200)))", id: request.id))
        }
        respond(.json("{}"))
    }

    // MARK: Admin

    /// - Parameter parts: the path behind `/admin`.
    func admin(_ request: ServerRequest, _ parts: [String], _ respond: @escaping Responder) {
        guard request.isAdmin else {
            return respond(.error(404, "there is nothing at \(String(request.path.prefix(200)))", id: request.id))
        }
        switch (request.method, parts.first) {
        case (.GET, "status"): respond(status())
        case (.POST, "reload") where parts.count > 1:
            load(parts.dropFirst().joined(separator: "/"), request, respond)
        default: respond(.error(404, "there is nothing at \(String(request.path.prefix(200)))", id: request.id))
        }
    }

    private func status() -> ServerResponse {
        let entries = registry.all.map { entry -> String in
            let items = entry.current?.items.map {
                "{\"count\":\($0.count),\"bytes\":\($0.sizeBytes),\"left_out\":\($0.leftOut),\"loaded_at\":\"\($0.loadedAt.formatted(.iso8601))\"}"
            }
            return "{\"name\":\(JSONString.quoted(entry.name)),\"path\":\(JSONString.quoted(entry.path)),"
                + "\"state\":\"\(entry.status.word)\",\"version\":\(JSONString.quoted(entry.current?.version ?? "")),"
                + "\"last_failure\":\(JSONString.quoted(entry.lastFailure ?? "")),\"items\":\(items ?? "null")}"
        }
        return .json("{\"models\":[\(entries.joined(separator: ","))]}")
    }
}
