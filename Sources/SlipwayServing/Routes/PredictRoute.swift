import Metrics
import NIOCore
import NIOHTTP1
import SlipwayProtocol
import SlipwayScheduling

/// `POST /api/predict/<service>`: the Processor's protocol.
struct PredictRoute: Sendable {
    static let prefix = "/api/predict/"

    let registry: ModelRegistry
    let authorizer: RouteAuthorizer
    let queue: JobQueue
    let settings: ServingSettings

    func answer(_ request: ServerRequest, service: String, _ respond: @escaping Responder) {
        guard authorizer.allows(request) else { return respond(authorizer.refusal(request)) }
        guard registry.entry(service) != nil else {
            return respond(.error(404, "there is no service \(String(service.prefix(200)))", id: request.id))
        }
        guard request.method == .POST else {
            var response = ServerResponse.error(405, "predictions are asked for by POST", id: request.id)
            response.headers.append(("Allow", "POST"))
            return respond(response)
        }
        guard let model = registry.model(service) else {
            return respond(.error(503, "the model is not ready", id: request.id))
        }
        if settings.checksMD5, let md5 = request.headers.first(name: "content-md5"),
            !request.body.withUnsafeReadableBytes({ RequestAuthorizer.isMD5(md5, of: $0) })
        {
            return respond(.error(400, "Content-MD5 is not the body's", id: request.id))
        }
        guard let encoding = encoding(request) else {
            return respond(
                .error(400, "the Content-Encoding is not known; use gzip, deflate, zstd, snappy or lz4", id: request.id)
            )
        }
        queue.submit(ScoringJob(kind: .predict(encoding), model: model, request: request, respond: respond))
    }

    /// What the request says, else what the service is configured with, else what the first bytes tell.
    private func encoding(_ request: ServerRequest) -> BodyEncoding? {
        if let named = request.headers.first(name: "content-encoding") { return BodyEncoding(name: named) }
        let sniffed = request.body.withUnsafeReadableBytes { BodyEncoding.sniff($0) }
        if sniffed != .identity { return sniffed }
        return settings.decompressor.flatMap { BodyEncoding(name: $0) }.flatMap { configured in
            // Only formats without a mark in front are left to believe in.
            configured == .snappy || configured == .lz4 ? configured : nil
        } ?? .identity
    }
}

/// The way into the compute pool.
struct JobQueue: Sendable {
    let pool: ComputePool<ScoringJob>
    let metrics: ServingMetrics

    func submit(_ job: ScoringJob) {
        let id = job.request.id
        let response: ServerResponse
        switch pool.submit(job, cost: job.cost, deadline: job.request.ticket.deadline) {
        case .admit: return
        case .queueFull: response = .error(450, "the queue is full", id: id)
        case .tooLate: response = .error(450, "the queue is too long for the request's time", id: id)
        case .overRate: response = .error(429, "over the rate limit", id: id)
        }
        metrics.shed.increment()
        job.model.metrics.answered(response.status, nanoseconds: SteadyClock.now() - job.request.ticket.arrival)
        job.respond(response)
    }
}
