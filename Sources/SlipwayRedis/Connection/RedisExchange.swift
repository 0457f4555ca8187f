import Foundation
import SlipwayScheduling

/// Commands to several servers at once on one thread, all within one deadline.
enum RedisExchange {
    /// Returns when every connection has its replies or a failure.
    ///
    /// - Parameter deadline: nanoseconds of the steady clock.
    static func run(_ connections: [RedisConnection], deadline: UInt64) {
        for connection in connections where connection.wasUsed { connection.advance() }
        while true {
            let open = connections.filter { !$0.isDone }
            if open.isEmpty { return }
            let now = SteadyClock.now()
            guard now < deadline else {
                for connection in open { connection.fail(.timeout) }
                return
            }
            var places = open.map { pollfd(fd: $0.descriptor, events: $0.interest, revents: 0) }
            let waitMs = min((deadline - now + 999_999) / 1_000_000, 1000)
            let ready = poll(&places, nfds_t(places.count), Int32(waitMs))
            guard ready > 0 else { continue }
            for (place, connection) in zip(places, open) where place.revents != 0 { connection.advance() }
        }
    }
}
