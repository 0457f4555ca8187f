import SlipwayCore
import SlipwayOnline
import SlipwayRedis

extension Setting {
    private static let milliseconds = 1...3_600_000

    static let redis = [
        Setting("redis_username", "User of Redis, where it has users.") { $0.redis.options.user = $1.text },
        Setting(
            "redis_password_file", "File with the password of Redis (the address's, or $SLIPWAY_REDIS_PASSWORD)."
        ) { $0.redis.options.password = try SecretFile.lines($1.text)[0] },
        Setting("redis_sentinel_password_file", "File with the password of the sentinels (none).") {
            $0.redis.options.sentinelPassword = try SecretFile.lines($1.text)[0]
        },
        Setting("redis_tls_ca", "PEM file with the authorities of Redis' certificate (the system's).") {
            $0.redis.options.tlsAuthority = $1.text
        },
        Setting("redis_tls_certificate", "PEM file with this server's certificate for Redis (none).") {
            $0.redis.options.tlsCertificate = $1.text
        },
        Setting("redis_tls_key", "PEM file with its private key.") { $0.redis.options.tlsKey = $1.text },
        Setting("redis_timeout_ms", "Time a request waits for items from Redis (50).") {
            $0.redis.policy.timeoutMs = try $1.whole(1...60_000)
        },
        Setting("redis_connections", "Threads that fetch, each with a connection to every server of Redis (4).") {
            $0.redis.connections = try $1.whole(1...256)
        },
        Setting("redis_ttl_ms", "Time an item fetched is taken from memory (60000).") {
            $0.redis.policy.ttlMs = try $1.whole(0...2_000_000_000)
        },
        Setting("redis_stale_ms", "Time it is taken from memory after that, while it is fetched again (600000).") {
            $0.redis.policy.staleMs = try $1.whole(0...2_000_000_000)
        },
        Setting("redis_switch_ms", "Time items of the generation before are taken after a switch (5000).") {
            $0.redis.policy.switchMs = try $1.whole(0...2_000_000_000)
        },
        Setting("redis_poll_ms", "How often to look for another generation and for moved servers (2000).") {
            $0.redis.pollMs = try $1.whole(Self.milliseconds)
        },
        Setting("redis_breaker_failures", "Failures in a row after which a server is left alone (5).") {
            $0.redis.options.breakerFailures = try $1.whole(1...1_000_000)
        },
        Setting("redis_breaker_ms", "Time it is left alone until it is tried again (1000).") {
            $0.redis.options.breakerMs = try $1.whole(Self.milliseconds)
        },
    ]
}
