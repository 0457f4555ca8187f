import NIOCore
import SlipwayProtocol

/// What answers gRPC calls: the Open Inference Protocol and the health service, from the parts that answer over HTTP.
struct CallRoutes: Sendable {
    /// What the health service says.
    enum Health: UInt64 { case serving = 1, notServing, unknownService }

    let authorizer: RouteAuthorizer
    let inference: InferenceRoutes
    let repository: RepositoryRoutes

    init(_ router: Router) {
        authorizer = router.authorizer
        inference = router.inference
        repository = router.repository
    }

    /// Bytes of a message that is not tensors.
    static let controlBytes = 64 << 10

    /// What can be said of a call by its head alone.
    func refusal(_ request: inout ServerRequest, _ method: GRPCMethod) -> ServerResponse? {
        if method.isOpenToAll { return nil }
        guard authorizer.allows(request) else { return authorizer.refusal(request) }
        request.isAuthorized = true
        return nil
    }

    /// Answers a message. Control messages are read here, tensors on a compute thread.
    func answer(
        _ method: GRPCMethod, _ request: inout ServerRequest, _ encoding: BodyEncoding, _ respond: @escaping Responder
    ) {
        do {
            if method.isInference { return try infer(&request, encoding, respond) }
            let message = try control(request, encoding)
            switch method {
            case .repositoryModelLoad where !message.text(3).isEmpty:
                throw Refusal(400, "packages are loaded as they are; leave the parameters out", request)
            case .repositoryModelLoad, .repositoryModelUnload:
                let loads = method == .repositoryModelLoad
                repository.control(message.text(2), loads: loads, request) { response in
                    respond(response.failure == nil ? Self.reply([]) : response)
                }
            default: respond(Self.reply(try answer(method, message, request)))
            }
        } catch let refusal as Refusal {
            respond(refusal.response)
        } catch { respond(.error(error, id: request.id)) }
    }

    private static func reply(_ bytes: [UInt8]) -> ServerResponse {
        ServerResponse(contentType: "application/grpc", body: bytes)
    }

    // MARK: Inference

    private func infer(
        _ request: inout ServerRequest, _ encoding: BodyEncoding, _ respond: @escaping Responder
    ) throws {
        let head = try request.body.withUnsafeReadableBytes { try InferenceHead($0, encoding) }
        let model = try model(head.modelName, head.modelVersion, request)
        request.metrics = model.metrics
        inference.queue.submit(ScoringJob(kind: .call(encoding), model: model, request: request, respond: respond))
    }

    private func model(_ name: String, _ version: String, _ request: ServerRequest) throws -> ServedModel {
        try inference.model(name, version: version.isEmpty ? nil : version, request)
    }

    // MARK: Control

    private func control(_ request: ServerRequest, _ encoding: BodyEncoding) throws -> ControlMessage {
        try request.body.withUnsafeReadableBytes { bytes in
            if encoding == .identity { return try ControlMessage(bytes) }
            let body = try encoding.decode(bytes, limit: Self.controlBytes)
            return try body.withUnsafeBytes { try ControlMessage($0) }
        }
    }

    private func answer(_ method: GRPCMethod, _ message: ControlMessage, _ request: ServerRequest) throws -> [UInt8] {
        switch method {
        case .serverLive: return ControlReply.flag(true)
        case .serverReady: return ControlReply.flag(isReady)
        case .modelReady: return ControlReply.flag(isModelReady(message.text(1), message.text(2)))
        case .serverMetadata:
            return ControlReply.server(
                name: ModelDescription.platform, version: inference.version, extensions: InferenceRoutes.extensions)
        case .modelMetadata:
            let model = try model(message.text(1), message.text(2), request)
            let description = ModelDescription(model.scoring)
            return ControlReply.model(
                name: model.name, version: model.version, platform: ModelDescription.platform,
                inputs: description.inputs.map(\.tensor), outputs: description.outputs)
        case .modelStatistics:
            let models =
                message.text(1).isEmpty
                ? inference.registry.all.compactMap(\.current)
                : [try model(message.text(1), message.text(2), request)]
            return ControlReply.list(models.map(Self.statistics))
        case .repositoryIndex:
            return ControlReply.list(
                repository.lines(onlyReady: message.flag(2)).map {
                    ControlReply.indexEntry(name: $0.name, version: $0.version, state: $0.state, reason: $0.reason)
                })
        case .healthCheck:
            let health = health(of: message.text(1))
            guard health != .unknownService else {
                throw Refusal(404, "there is no service \(String(message.text(1).prefix(200)))", request)
            }
            return ControlReply.number(health.rawValue)
        // Answered before.
        case .healthWatch, .modelInfer, .modelStreamInfer, .repositoryModelLoad, .repositoryModelUnload: return []
        }
    }

    private static func statistics(_ model: ServedModel) -> [UInt8] {
        let values = model.statistics.read()
        let sums = [
            values.success, values.fail, values.queue, values.computeInput, values.computeInfer, values.computeOutput,
        ]
        return ControlReply.statistics(
            name: model.name, version: model.version, lastMs: values.lastMs, inferences: values.inferences,
            executions: values.executions,
            durations: sums.map { ControlReply.Duration(count: $0.count, nanoseconds: $0.nanoseconds) })
    }

    // MARK: Health

    /// The service that a call of `Watch` names.
    func watchedService(_ request: ServerRequest, _ encoding: BodyEncoding) throws -> String {
        try control(request, encoding).text(1)
    }

    private var isReady: Bool { inference.registry.isReady && !inference.state.isDraining }

    private func isModelReady(_ name: String, _ version: String) -> Bool {
        guard !inference.state.isDraining, let model = inference.registry.model(name) else { return false }
        return version.isEmpty || version == model.version
    }

    /// Of the whole server under the empty name and those of its services, else of the model of that name.
    func health(of service: String) -> Health {
        if ["", GRPCMethod.inferenceService, GRPCMethod.healthService].contains(service) {
            return isReady ? .serving : .notServing
        }
        guard inference.registry.entry(service) != nil else { return .unknownService }
        return isModelReady(service, "") ? .serving : .notServing
    }
}
