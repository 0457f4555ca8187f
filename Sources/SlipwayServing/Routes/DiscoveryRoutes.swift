import NIOCore
import NIOHTTP1
import SlipwayProtocol

/// What clients in direct mode ask every few seconds: which hosts serve a service. This server answers for itself.
struct DiscoveryRoutes: Sendable {
    private static let prefixes = [
        "/api/v1/servicediscovery/upstreams/", "/exported/apis/eas.alibaba-inc.k8s.io/v1/upstreams/",
    ]

    let registry: ModelRegistry

    /// Nil for another path.
    func answer(_ request: ServerRequest, _ path: String) -> ServerResponse? {
        guard let prefix = Self.prefixes.first(where: path.hasPrefix) else { return nil }
        guard request.method == .GET else { return .error(405, "discovery is asked for by GET", id: request.id) }
        let service = String(path.dropFirst(prefix.count))
        guard registry.entry(service) != nil else {
            return .error(404, "there is no service \(String(service.prefix(200)))", id: request.id)
        }
        guard let address = request.localAddress, let ip = address.ipAddress, let port = address.port else {
            return .error(500, "the address of this connection is not known", id: request.id)
        }
        return .json("{\"endpoints\":{\"items\":[{\"ip\":\(JSONString.quoted(ip)),\"port\":\(port),\"weight\":100}]}}")
    }
}
