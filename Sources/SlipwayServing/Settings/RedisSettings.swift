import Foundation
import SlipwayCore
import SlipwayItems
package import SlipwayOnline
package import SlipwayRedis

/// What `slipway serve` is told about item features in Redis, beside their address.
package struct RedisSettings: Sendable {
    package var options = RedisOptions()
    package var policy = RemoteItemPolicy()
    /// Threads that fetch, and so connections to each server that requests use at a time.
    package var connections = 4
    package var pollMs = 2000

    /// A password that stands neither in a file nor in the address.
    package static let passwordVariable = "SLIPWAY_REDIS_PASSWORD"

    package init() {}

    /// The store at an address; nil where `items` names none.
    ///
    /// - Throws: `invalidConfig` for an address or TLS files that cannot be used.
    func store(_ items: String?, key: String) throws -> RedisItemStore? {
        guard let items, RedisAddress.isAddress(items) else { return nil }
        let address = try RedisAddress(items)
        var options = options
        options.password =
            options.password ?? address.password ?? ProcessInfo.processInfo.environment[Self.passwordVariable]
        options.idleConnections = connections + 2
        return RedisItemStore(try RedisClient(address, options), key: key, pollMs: pollMs)
    }
}
