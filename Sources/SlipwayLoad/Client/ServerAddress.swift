import Foundation
import SlipwayCore

/// Where predictions are asked for.
package struct ServerAddress: Sendable, Equatable {
    package let host: String
    package let port: Int
    package let isSecure: Bool
    /// Path and query as they are sent.
    package let path: String

    /// Reads `http://HOST:PORT/api/predict/SERVICE`, or `http://HOST:PORT` and the service's name.
    ///
    /// - Throws: `invalidArgument` saying what is missing.
    package init(_ text: String, service: String? = nil) throws {
        func wrong(_ what: String) -> SlipwayError {
            SlipwayError(
                .invalidArgument, "the server \"\(text)\" \(what)",
                fix: "write http://HOST:PORT/api/predict/SERVICE, or http://HOST:PORT and --service")
        }
        guard let url = URLComponents(string: text), let scheme = url.scheme?.lowercased(),
            ["http", "https"].contains(scheme)
        else { throw wrong("is no http:// or https:// address") }
        guard let host = url.host, !host.isEmpty else { throw wrong("names no host") }
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        isSecure = scheme == "https"
        port = url.port ?? (isSecure ? 443 : 80)
        guard (1...65535).contains(port) else { throw wrong("has the port \(port)") }
        let query = url.percentEncodedQuery.map { "?\($0)" } ?? ""
        if url.percentEncodedPath.count > 1 {
            guard service == nil else { throw wrong("has a path, and --service is given too") }
            path = url.percentEncodedPath + query
        } else {
            guard let service, !service.isEmpty,
                let encoded = service.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed)
            else { throw wrong("names no service") }
            path = "/api/predict/\(encoded)\(query)"
        }
    }

    package static func isAddress(_ text: String) -> Bool {
        ["http://", "https://"].contains { text.lowercased().hasPrefix($0) }
    }

    package var description: String {
        let host = host.contains(":") ? "[\(host)]" : host
        return "\(isSecure ? "https" : "http")://\(host):\(port)\(path)"
    }

    /// The `Host` header.
    var hostHeader: String {
        let host = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? host : "\(host):\(port)"
    }
}
