/// How servers are spoken to, beside their address.
package struct RedisOptions: Sendable {
    package var user: String?
    package var password: String?
    /// The sentinels' own; they often have none.
    package var sentinelPassword: String?
    /// PEM files: authorities to trust (the system's when nil), and this client's certificate and key.
    package var tlsAuthority: String?
    package var tlsCertificate: String?
    package var tlsKey: String?
    /// Failures one after the other that open a node's breaker.
    package var breakerFailures = 5
    /// Time a breaker stays open before one command is let through to see.
    package var breakerMs = 1000
    /// Idle connections kept for each node.
    package var idleConnections = 8
    /// Bytes of all replies to one round of commands.
    package var replyLimitBytes = 256 << 20

    package init() {}
}
