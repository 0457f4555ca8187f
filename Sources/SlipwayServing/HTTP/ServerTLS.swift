import NIOSSL
import SlipwayCore

/// TLS by PEM files; with an authority for clients it is mutual.
enum ServerTLS {
    /// Nil where no certificate is set. Throws `invalidConfig` naming the file that cannot be used.
    static func context(_ settings: ServingSettings, speaking protocols: [String]) throws -> NIOSSLContext? {
        guard let certificatePath = settings.tlsCertificate, let keyPath = settings.tlsKey else { return nil }
        let chain = try reading(certificatePath) { try NIOSSLCertificate.fromPEMFile(certificatePath) }
        let key = try reading(keyPath) { try NIOSSLPrivateKey(file: keyPath, format: .pem) }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = protocols
        if let path = settings.tlsClientCA {
            let authorities = try reading(path) { try NIOSSLCertificate.fromPEMFile(path) }
            configuration.trustRoots = .certificates(authorities)
            configuration.certificateVerification = .noHostnameVerification
        }
        return try reading(certificatePath) { try NIOSSLContext(configuration: configuration) }
    }

    private static func reading<T>(_ path: String, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch {
            throw SlipwayError(
                .invalidConfig, "\(path) cannot be used for TLS: \(error)", fix: "give PEM files that belong together")
        }
    }
}
