import NIOHTTP1
import SlipwayProtocol

/// The Open Inference Protocol v2 over REST: metadata, readiness, inference, statistics.
struct InferenceRoutes: Sendable {
    static let prefix = "/v2/models/"
    static let extensions = ["binary_tensor_data", "model_repository", "statistics"]

    let registry: ModelRegistry
    let authorizer: RouteAuthorizer
    let queue: JobQueue
    let version: String
    let state: ServerState

    /// - Parameter parts: the path behind `/v2`.
    func answer(_ request: ServerRequest, _ parts: [String], _ respond: @escaping Responder) {
        if parts.isEmpty { return respond(get(request) ?? server()) }
        guard parts[0] == "models" else { return respond(nowhere(request)) }
        if parts.count == 1 || parts == ["models", "stats"] {
            return respond(
                parts.count == 2 ? get(request) ?? statistics(registry.all.compactMap(\.current)) : nowhere(request))
        }
        let (model, action): (ServedModel, String)
        do {
            (model, action) = try find(Array(parts.dropFirst()), request)
        } catch { return respond(error.response) }
        switch action {
        case "infer": infer(request, model, respond)
        case "ready":
            let isReady = !state.isDraining
            respond(
                .json("{\"name\":\(JSONString.quoted(model.name)),\"ready\":\(isReady)}", status: isReady ? 200 : 503))
        case "stats": respond(get(request) ?? statistics([model]))
        case "config", "": respond(get(request) ?? metadata(model))
        default: respond(nowhere(request))
        }
    }

    /// Refuses an inference that will not be made, before its body has come.
    func checkHead(_ request: inout ServerRequest) throws(Refusal) {
        guard authorizer.allows(request) else { throw Refusal(authorizer.refusal(request)) }
        request.isAuthorized = true
        let parts = request.path.dropFirst(Self.prefix.count).split(separator: "/").map(String.init)
        let (model, _) = try find(parts, request)
        request.metrics = model.metrics
        try queue.check(request, model, cost: ScoringJob.cost(bytes: request.announcedBytes ?? 0, .identity))
    }

    /// - Parameter parts: the path behind `/v2/models`.
    private func find(_ parts: [String], _ request: ServerRequest) throws(Refusal) -> (ServedModel, action: String) {
        guard let (name, version, action) = split(parts) else { throw Refusal(nowhere(request)) }
        return (try model(name, version: version, request), action)
    }

    /// The model that answers now.
    func model(_ name: String, version: String?, _ request: ServerRequest) throws(Refusal) -> ServedModel {
        guard let entry = registry.entry(name) else {
            throw Refusal(404, "there is no model \(String(name.prefix(200)))", request)
        }
        guard let model = entry.current else { throw Refusal(503, "the model is not ready", request) }
        if let version, version != model.version {
            throw Refusal(404, "model \(name) has the version \(model.version) only", request)
        }
        return model
    }

    /// Names may hold slashes: what stands in front of `versions` or the action is the name.
    private func split(_ parts: [String]) -> (name: String, version: String?, action: String)? {
        var rest = parts
        var action = ""
        if let last = rest.last, ["infer", "ready", "stats", "config"].contains(last), rest.count > 1 {
            action = last
            rest.removeLast()
        }
        var version: String?
        if rest.count > 2, rest[rest.count - 2] == "versions" {
            version = rest.removeLast()
            rest.removeLast()
        }
        return rest.isEmpty ? nil : (rest.joined(separator: "/"), version, action)
    }

    private func nowhere(_ request: ServerRequest) -> ServerResponse {
        .error(404, "there is nothing at \(String(request.path.prefix(200)))", id: request.id)
    }

    private func get(_ request: ServerRequest) -> ServerResponse? {
        request.method == .GET || request.method == .HEAD
            ? nil : .error(405, "this is asked for by GET", id: request.id)
    }

    private func infer(_ request: ServerRequest, _ model: ServedModel, _ respond: @escaping Responder) {
        guard request.method == .POST else {
            return respond(.error(405, "inference is asked for by POST", id: request.id))
        }
        let length = request.headers.first(name: "inference-header-content-length")
        if let length, Int(length) == nil {
            return respond(.error(400, "Inference-Header-Content-Length is no number", id: request.id))
        }
        let kind = ScoringJob.Kind.infer(headerLength: length.flatMap { Int($0) })
        queue.submit(ScoringJob(kind: kind, model: model, request: request, respond: respond))
    }

    private func server() -> ServerResponse {
        let list = Self.extensions.map { "\"\($0)\"" }.joined(separator: ",")
        return .json("{\"name\":\"slipway\",\"version\":\(JSONString.quoted(version)),\"extensions\":[\(list)]}")
    }

    // MARK: Metadata

    private func metadata(_ model: ServedModel) -> ServerResponse {
        let description = ModelDescription(model.scoring)
        let inputs = description.inputs.map { Self.json($0.tensor, kind: $0.kind.rawValue) }
        let outputs = description.outputs.map { Self.json($0, kind: nil) }
        return .json(
            "{\"name\":\(JSONString.quoted(model.name)),\"versions\":[\(JSONString.quoted(model.version))],"
                + "\"platform\":\"\(ModelDescription.platform)\",\"inputs\":[\(inputs.joined(separator: ","))],"
                + "\"outputs\":[\(outputs.joined(separator: ","))]}")
    }

    private static func json(_ tensor: ControlReply.Tensor, kind: String?) -> String {
        let parameters = kind.map { ",\"parameters\":{\"kind\":\"\($0)\"}" } ?? ""
        return "{\"name\":\(JSONString.quoted(tensor.name)),\"datatype\":\"\(tensor.datatype)\","
            + "\"shape\":[\(tensor.shape.map(String.init).joined(separator: ","))]\(parameters)}"
    }

    // MARK: Statistics

    private func statistics(_ models: [ServedModel]) -> ServerResponse {
        let entries = models.map { model -> String in
            let values = model.statistics.read()
            return "{\"name\":\(JSONString.quoted(model.name)),\"version\":\(JSONString.quoted(model.version)),"
                + "\"last_inference\":\(values.lastMs),\"inference_count\":\(values.inferences),"
                + "\"execution_count\":\(values.executions),\"inference_stats\":{\"success\":\(values.success.json),"
                + "\"fail\":\(values.fail.json),\"queue\":\(values.queue.json),"
                + "\"compute_input\":\(values.computeInput.json),\"compute_infer\":\(values.computeInfer.json),"
                + "\"compute_output\":\(values.computeOutput.json)}}"
        }
        return .json("{\"model_stats\":[\(entries.joined(separator: ","))]}")
    }
}
