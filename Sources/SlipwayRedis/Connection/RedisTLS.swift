import CSlipwayRedis
import Foundation
import SlipwayCore

/// What TLS connections share: the authorities trusted, and this client's certificate.
///
/// `@unchecked Sendable`: OpenSSL's context may be used by any number of threads once it is set up.
final class RedisTLS: @unchecked Sendable {
    let context: OpaquePointer

    /// - Throws: `invalidConfig` naming what cannot be read.
    init(_ options: RedisOptions) throws {
        guard (options.tlsCertificate == nil) == (options.tlsKey == nil) else {
            throw SlipwayError(
                .invalidConfig, "the client certificate for Redis is set up in part",
                fix: "set both redis_tls_certificate and redis_tls_key")
        }
        var problem: UnsafeMutablePointer<CChar>?
        guard
            let context = slr_tls_context_new(
                options.tlsAuthority, options.tlsCertificate, options.tlsKey, &problem)
        else {
            throw SlipwayError(
                .invalidConfig, "TLS to Redis cannot be set up: \(Self.text(problem))", fix: "check the PEM files")
        }
        self.context = context
        // OpenSSL writes without MSG_NOSIGNAL: a server that leaves must not end the process.
        signal(SIGPIPE, SIG_IGN)
    }

    deinit { slr_tls_context_free(context) }

    static func text(_ problem: UnsafeMutablePointer<CChar>?) -> String {
        defer { slr_free_text(problem) }
        return problem.map { String(cString: $0) } ?? "unknown reason"
    }
}
