import Foundation
import SlipwayScheduling
import Synchronization

/// A socket address as the system takes it.
struct SocketPlace: Sendable, Equatable {
    let family: Int32
    let bytes: [UInt8]
}

/// Addresses of hosts by name. Names are asked for in the background only, since that may take seconds.
final class RedisHosts: Sendable {
    private struct Known {
        var places: [SocketPlace]
        var askedNs: UInt64
    }

    private let known = Mutex<[RedisEndpoint: Known]>([:])
    /// Names are asked for again after so long, and at once when all their addresses failed.
    private static let keepNs: UInt64 = 30_000_000_000

    /// Where a host is, without waiting; empty when that has to be asked first.
    func places(_ endpoint: RedisEndpoint) -> [SocketPlace] {
        if let places = known.withLock({ $0[endpoint]?.places }), !places.isEmpty { return places }
        let numeric = Self.ask(endpoint, flags: AI_NUMERICHOST)
        if !numeric.isEmpty { keep(numeric, endpoint) }
        return numeric
    }

    /// Asks for names that are not known or were asked for long ago. May wait for the network.
    func refresh(_ endpoints: [RedisEndpoint]) {
        for endpoint in endpoints {
            let age = known.withLock { $0[endpoint].map { SteadyClock.now() &- $0.askedNs } }
            if let age, age < Self.keepNs { continue }
            let found = Self.ask(endpoint, flags: 0)
            // A name server that is away does not take what is known.
            if !found.isEmpty { keep(found, endpoint) }
        }
    }

    /// Nobody answers at what is known.
    func forget(_ endpoint: RedisEndpoint) { known.withLock { $0[endpoint]?.askedNs = 0 } }

    private func keep(_ places: [SocketPlace], _ endpoint: RedisEndpoint) {
        known.withLock { $0[endpoint] = Known(places: places, askedNs: SteadyClock.now()) }
    }

    private static func ask(_ endpoint: RedisEndpoint, flags: Int32) -> [SocketPlace] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = flags | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(endpoint.host, "\(endpoint.port)", &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [SocketPlace] = []
        var next = list
        while let info = next?.pointee {
            if let address = info.ai_addr {
                let bytes = UnsafeRawBufferPointer(start: address, count: Int(info.ai_addrlen))
                found.append(SocketPlace(family: info.ai_family, bytes: Array(bytes)))
            }
            next = info.ai_next
        }
        return found
    }
}
