import NIOHTTP1
import SlipwayMetrics
import SlipwayProtocol

/// Health and metrics.
struct OperationRoutes: Sendable {
    let registry: ModelRegistry
    let metrics: ServingMetrics
    let state: ServerState

    /// Live while the process runs; ready while every required model answers and the server is not stopping.
    func health(_ request: ServerRequest) -> ServerResponse? {
        switch request.path {
        case "/v2/health/live": return .json("{\"live\":true}")
        case "/v2/health/ready":
            let isReady = registry.isReady && !state.isDraining
            return .json("{\"ready\":\(isReady)}", status: isReady ? 200 : 503)
        default: return nil
        }
    }

    func answer(_ request: ServerRequest, _ parts: [String]) -> ServerResponse? {
        guard parts == ["metrics"] else { return nil }
        guard request.method == .GET else { return .error(405, "metrics are asked for by GET", id: request.id) }
        return ServerResponse(
            contentType: "text/plain; version=0.0.4; charset=utf-8", body: Array(metrics.registry.text().utf8))
    }
}
