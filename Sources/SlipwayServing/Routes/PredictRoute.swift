import NIOCore
import NIOHTTP1
import SlipwayProtocol

/// `POST /api/predict/<service>`: the Processor's protocol. Behind EAS's gateway, which takes that path away from what it hands to
/// a container, `POST /` is for the only service.
struct PredictRoute: Sendable {
    private static let prefix = "/api/predict/"

    let registry: ModelRegistry
    let authorizer: RouteAuthorizer
    let queue: JobQueue
    let settings: ServingSettings

    /// The service whose scores are asked for; nil for another request.
    func service(_ request: ServerRequest) -> String? {
        if request.path.hasPrefix(Self.prefix) { return String(request.path.dropFirst(Self.prefix.count)) }
        guard request.path == "/", request.method == .POST else { return nil }
        let names = registry.names
        return names.count == 1 ? names.first : nil
    }

    /// Refuses what will not be scored, before its body has come.
    func checkHead(_ request: inout ServerRequest, service: String) throws(Refusal) {
        let model = try model(request, service)
        request.isAuthorized = true
        request.metrics = model.metrics
        let encoding = try namedEncoding(request) ?? settings.decompressor.flatMap { BodyEncoding(name: $0) }
        let cost = ScoringJob.cost(bytes: request.announcedBytes ?? 0, encoding ?? .identity)
        try queue.check(request, model, cost: cost)
    }

    func answer(_ request: ServerRequest, service: String, _ respond: @escaping Responder) {
        do throws(Refusal) {
            let model = try model(request, service)
            if settings.checksMD5, let md5 = request.headers.first(name: "content-md5"),
                !request.body.withUnsafeReadableBytes({ RequestAuthorizer.isMD5(md5, of: $0) })
            {
                throw Refusal(400, "Content-MD5 is not the body's", request)
            }
            let kind = ScoringJob.Kind.predict(try namedEncoding(request) ?? encoding(request))
            queue.submit(ScoringJob(kind: kind, model: model, request: request, respond: respond))
        } catch { respond(error.response) }
    }

    /// The model that answers.
    private func model(_ request: ServerRequest, _ service: String) throws(Refusal) -> ServedModel {
        guard authorizer.allows(request) else { throw Refusal(authorizer.refusal(request)) }
        guard let entry = registry.entry(service) else {
            throw Refusal(404, "there is no service \(String(service.prefix(200)))", request)
        }
        guard request.method == .POST else {
            var response = ServerResponse.error(405, "predictions are asked for by POST", id: request.id)
            response.headers.append(("Allow", "POST"))
            throw Refusal(response)
        }
        guard let model = entry.current else { throw Refusal(503, "the model is not ready", request) }
        return model
    }

    private func namedEncoding(_ request: ServerRequest) throws(Refusal) -> BodyEncoding? {
        guard let name = request.headers.first(name: "content-encoding") else { return nil }
        guard let encoding = BodyEncoding(name: name) else {
            throw Refusal(400, "the Content-Encoding is not known; use gzip, deflate, zstd, snappy or lz4", request)
        }
        return encoding
    }

    /// What the first bytes tell, else what the service is configured with.
    private func encoding(_ request: ServerRequest) -> BodyEncoding {
        let sniffed = request.body.withUnsafeReadableBytes { BodyEncoding.sniff($0) }
        if sniffed != .identity { return sniffed }
        return settings.decompressor.flatMap { BodyEncoding(name: $0) }.flatMap { configured in
            // Only formats without a mark in front are left to believe in.
            configured == .snappy || configured == .lz4 ? configured : nil
        } ?? .identity
    }
}
