import NIOHTTP1

/// Finds what answers a request by its path.
struct Router: Sendable {
    let predict: PredictRoute
    let inference: InferenceRoutes
    let repository: RepositoryRoutes
    let discovery: DiscoveryRoutes
    let operations: OperationRoutes
    let authorizer: RouteAuthorizer

    /// What can be said of a request for scores by its head alone.
    func refusal(_ request: inout ServerRequest) -> ServerResponse? {
        do {
            if let service = predict.service(request) {
                try predict.checkHead(&request, service: service)
            } else if request.path.hasPrefix(InferenceRoutes.prefix), request.path.hasSuffix("/infer") {
                try inference.checkHead(&request)
            }
            return nil
        } catch { return error.response }
    }

    func route(_ request: ServerRequest, _ respond: @escaping Responder) {
        let path = request.path
        if let service = predict.service(request) { return predict.answer(request, service: service, respond) }
        // Health is for probes, which have no tokens.
        if let response = operations.health(request) { return respond(response) }
        guard authorizer.allows(request) else { return respond(authorizer.refusal(request)) }
        let parts = path.split(separator: "/").map(String.init)
        if let response = operations.answer(request, parts) ?? discovery.answer(request, path) {
            return respond(response)
        }
        if parts.first == "v2" {
            if parts.count > 1, parts[1] == "repository" {
                return repository.answer(request, Array(parts.dropFirst(2)), respond)
            }
            return inference.answer(request, Array(parts.dropFirst()), respond)
        }
        if parts.first == "admin" { return repository.admin(request, Array(parts.dropFirst()), respond) }
        respond(.error(404, "there is nothing at \(String(path.prefix(200)))", id: request.id))
    }
}
