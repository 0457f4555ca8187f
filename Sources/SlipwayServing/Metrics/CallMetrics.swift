import Metrics
import SlipwayMetrics
import SlipwayProtocol
import Synchronization

/// What is measured of gRPC calls: how they ended and how long they took, by method. Handles are made once.
final class CallMetrics: Sendable {
    private struct Key: Hashable {
        let method: GRPCMethod?
        let code: GRPCStatus.Code
    }

    private let registry: PrometheusRegistry
    private let counters = Mutex<[Key: Counter]>([:])
    private let timers: [GRPCMethod: Metrics.Timer]

    init(_ registry: PrometheusRegistry) {
        self.registry = registry
        timers = Dictionary(
            uniqueKeysWithValues: GRPCMethod.allCases.map {
                (
                    $0,
                    Metrics.Timer(
                        label: "slipway_grpc_request_seconds", dimensions: [("method", $0.rawValue)], factory: registry)
                )
            })
    }

    /// Notes a call, or a message of a stream.
    ///
    /// - Parameters:
    ///   - method: nil for what is no method of this server.
    ///   - nanoseconds: from its arrival; nil for what lasts as long as the client wishes.
    func answered(_ method: GRPCMethod?, _ code: GRPCStatus.Code, nanoseconds: UInt64?) {
        let counter = counters.withLock { counters -> Counter in
            let key = Key(method: method, code: code)
            if let known = counters[key] { return known }
            let fresh = Counter(
                label: "slipway_grpc_requests_total",
                dimensions: [("method", method?.rawValue ?? "unknown"), ("code", code.word)], factory: registry)
            counters[key] = fresh
            return fresh
        }
        counter.increment()
        if let method, let nanoseconds { timers[method]?.recordNanoseconds(Int64(clamping: nanoseconds)) }
    }
}
