import Foundation
import NIOCore
import NIOHTTP1
import SlipwayScheduling

/// One HTTP request: its head, and its body once that is here.
struct ServerRequest: Sendable {
    let method: HTTPMethod
    /// As received, with the query.
    let uri: String
    /// Without the query, percent-decoded.
    let path: String
    let headers: HTTPHeaders
    var body = ByteBuffer()
    /// Whether it came in on the admin port.
    let isAdmin: Bool
    /// `address:port` the connection was made to, for service discovery.
    let localAddress: SocketAddress?
    let ticket: Ticket
    let id: String
    let trace: TraceContext
    /// Whether its token was found good when the head came.
    var isAuthorized = false

    /// Bytes of the body by the head; nil for a body in chunks.
    var announcedBytes: Int? {
        if headers.contains(name: "transfer-encoding") { return nil }
        return headers.first(name: "content-length").map { Int($0) ?? .max } ?? 0
    }

    /// The value of a query parameter.
    func query(_ name: String) -> String? {
        guard let mark = uri.firstIndex(of: "?") else { return nil }
        for pair in uri[uri.index(after: mark)...].split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            if parts.first.map(String.init) == name {
                return parts.count > 1 ? String(parts[1]).removingPercentEncoding : ""
            }
        }
        return nil
    }
}

/// Answers a request; called once, from any thread.
typealias Responder = @Sendable (ServerResponse) -> Void
