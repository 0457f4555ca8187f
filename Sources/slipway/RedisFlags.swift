import ArgumentParser
import Foundation
import SlipwayCore
import SlipwayRedis
import SlipwayScheduling

/// Where Redis is, and how it is spoken to.
struct RedisFlags: ParsableArguments {
    @Option(
        help: """
            Redis: redis://host:port/database, redis-sentinel://host,host/master, redis-cluster://host,host, each with \
            ?prefix=item: for another prefix than that; rediss… for TLS.
            """)
    var redis: String

    @Option(help: "User of Redis, where it has users.")
    var redisUsername: String?

    @Option(help: "File with the password of Redis; else that of the address, or $SLIPWAY_REDIS_PASSWORD.")
    var redisPasswordFile: String?

    @Option(help: "File with the password of the sentinels.")
    var redisSentinelPasswordFile: String?

    @Option(help: "PEM file with the authorities of Redis' certificate; by default the system's.")
    var redisTLSCA: String?

    @Option(help: "PEM file with this program's certificate for Redis.")
    var redisTLSCertificate: String?

    @Option(help: "PEM file with its private key.")
    var redisTLSKey: String?

    @Option(help: "Time for each exchange with the servers.")
    var redisTimeoutMs = 5000

    func validate() throws {
        guard (1...600_000).contains(redisTimeoutMs) else {
            throw ValidationError("--redis-timeout-ms is a number from 1 to 600000")
        }
    }

    /// A client that knows its servers.
    func client() throws -> RedisClient {
        let address = try RedisAddress(redis)
        var options = RedisOptions()
        options.user = redisUsername
        options.password =
            try secret(redisPasswordFile) ?? address.password
            ?? ProcessInfo.processInfo.environment["SLIPWAY_REDIS_PASSWORD"]
        options.sentinelPassword = try secret(redisSentinelPasswordFile)
        options.tlsAuthority = redisTLSCA
        options.tlsCertificate = redisTLSCertificate
        options.tlsKey = redisTLSKey
        let client = try RedisClient(address, options)
        do {
            try client.refresh(deadline: SteadyClock.now() + UInt64(redisTimeoutMs) * 1_000_000)
        } catch {
            throw SlipwayError(.ioFailure, "\(address): \(error)", fix: "check --redis, and whether the servers run")
        }
        return client
    }

    private func secret(_ path: String?) throws -> String? {
        guard let path else { return nil }
        let text = String(decoding: try MappedFile.contents(of: path), as: UTF8.self)
        let line = text.split(whereSeparator: \.isNewline).first?.trimmingCharacters(in: .whitespaces)
        guard let line, !line.isEmpty else {
            throw SlipwayError(.invalidConfig, "\(path) holds no password", fix: "write it in the first line")
        }
        return line
    }
}
