import Foundation
import SlipwayCore

/// Where Redis is and how it is spoken to, as a URL says it:
///
///     redis://[[user]:password@]host[:port][/database][?prefix=item:]
///     redis-sentinel://[[user]:password@]host[:port],host…/master[/database][?prefix=…]
///     redis-cluster://[[user]:password@]host[:port],host…[?prefix=…]
///
/// `rediss`, `rediss-sentinel` and `rediss-cluster` are the same over TLS.
package struct RedisAddress: Sendable, Equatable, CustomStringConvertible {
    package enum Mode: Sendable, Equatable {
        case single
        /// The master of this name is asked for.
        case sentinel(master: String)
        case cluster
    }

    package var mode: Mode
    /// The server, the sentinels, or some nodes of the cluster.
    package var endpoints: [RedisEndpoint]
    package var usesTLS: Bool
    package var database = 0
    /// What the names of all keys begin with.
    package var prefix = "item:"
    package var user: String?
    package var password: String?

    private static let schemes: [String: (mode: String, usesTLS: Bool, port: Int)] = [
        "redis": ("single", false, 6379), "rediss": ("single", true, 6379),
        "redis-sentinel": ("sentinel", false, 26379), "rediss-sentinel": ("sentinel", true, 26379),
        "redis-cluster": ("cluster", false, 6379), "rediss-cluster": ("cluster", true, 6379),
    ]

    /// Whether a source of item features is named by such an address.
    package static func isAddress(_ text: String) -> Bool {
        guard let range = text.range(of: "://") else { return false }
        return schemes[text[..<range.lowerBound].lowercased()] != nil
    }

    /// - Throws: `invalidConfig` saying what is wrong, without the password.
    package init(_ text: String) throws {
        guard let range = text.range(of: "://"), let scheme = Self.schemes[text[..<range.lowerBound].lowercased()]
        else {
            throw Self.wrong("it begins with none of \(Self.schemes.keys.sorted().joined(separator: "://, "))://")
        }
        usesTLS = scheme.usesTLS
        var rest = text[range.upperBound...]
        var query = Substring()
        if let mark = rest.firstIndex(of: "?") {
            query = rest[rest.index(after: mark)...]
            rest = rest[..<mark]
        }
        var path = Substring()
        // A password may hold a slash only as %2F.
        if let slash = rest.firstIndex(of: "/") {
            path = rest[rest.index(after: slash)...]
            rest = rest[..<slash]
        }
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = String(parts[0]).removingPercentEncoding,
                let second = parts.count < 2 ? "" : String(parts[1]).removingPercentEncoding
            else { throw Self.wrong("user or password have a % that is not followed by two digits") }
            guard parts.count == 2 else {
                throw Self.wrong("a password stands behind a colon, :password@ or user:password@")
            }
            user = first.isEmpty ? nil : first
            password = second.isEmpty ? nil : second
            rest = rest[rest.index(after: at)...]
        }
        endpoints = try rest.split(separator: ",", omittingEmptySubsequences: false).map {
            guard let endpoint = RedisEndpoint(text: $0, defaultPort: scheme.port) else {
                // Not shown: a password with a slash in it may be taken for a host.
                throw Self.wrong("what stands for a host is no host or host:port; in a password, / is %2F and @ is %40")
            }
            return endpoint
        }
        let parts = path.split(separator: "/").map(String.init)
        var database: String?
        switch scheme.mode {
        case "sentinel":
            guard let master = parts.first, parts.count <= 2 else {
                throw Self.wrong("behind the sentinels stand a slash and the name of the master")
            }
            mode = .sentinel(master: master)
            database = parts.dropFirst().first
        case "cluster":
            guard parts.isEmpty else {
                throw Self.wrong("a cluster has no databases, and nothing stands behind its hosts")
            }
            mode = .cluster
        default:
            guard endpoints.count == 1, parts.count <= 1 else {
                throw Self.wrong("one server has one host and one database: redis://host:port/0")
            }
            mode = .single
            database = parts.first
        }
        if let database {
            guard let number = Int(database), (0...65535).contains(number) else {
                throw Self.wrong("the database is no number from 0 to 65535")
            }
            self.database = number
        }
        try read(query: query)
    }

    private mutating func read(query: Substring) throws {
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts[0] == "prefix", parts.count == 2, let value = parts[1].removingPercentEncoding, !value.isEmpty,
                !value.contains(where: { "{}".contains($0) })
            else { throw Self.wrong("behind the ? stands prefix=TEXT, without braces, and nothing else") }
            prefix = value
        }
    }

    private static func wrong(_ problem: String) -> SlipwayError {
        SlipwayError(
            .invalidConfig, "the address of Redis cannot be used: \(problem)",
            fix:
                "write redis://host:6379/0?prefix=item:, redis-sentinel://host,host/master or redis-cluster://host,host"
        )
    }

    /// Without user and password.
    package var description: String {
        let hosts = endpoints.map(\.description).joined(separator: ",")
        let tls = usesTLS ? "rediss" : "redis"
        switch mode {
        case .single: return "\(tls)://\(hosts)/\(database)?prefix=\(prefix)"
        case .sentinel(let master): return "\(tls)-sentinel://\(hosts)/\(master)/\(database)?prefix=\(prefix)"
        case .cluster: return "\(tls)-cluster://\(hosts)?prefix=\(prefix)"
        }
    }
}
