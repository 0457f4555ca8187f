import NIOHTTP1
import SlipwayProtocol

/// Checks tokens, those of the admin port apart.
struct RouteAuthorizer: Sendable {
    let callers: RequestAuthorizer
    let admins: RequestAuthorizer

    func allows(_ request: ServerRequest) -> Bool {
        request.isAuthorized
            || (request.isAdmin ? admins : callers).allows(
                request.headers.first(name: "authorization"),
                RequestAuthorizer.SignedParts(
                    method: request.method.rawValue, contentMD5: request.headers.first(name: "content-md5") ?? "",
                    contentType: request.headers.first(name: "content-type") ?? "",
                    date: request.headers.first(name: "date") ?? "", path: request.uri))
    }

    /// Says nothing of what was wrong with the token.
    func refusal(_ request: ServerRequest) -> ServerResponse {
        .error(401, "the token is missing or wrong", id: request.id)
    }
}
