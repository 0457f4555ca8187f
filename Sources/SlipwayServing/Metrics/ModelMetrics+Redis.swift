import Metrics
import SlipwayOnline

extension ModelMetrics {
    /// Counts what happens to items of another machine.
    func remoteItemEvents() -> RemoteItemEvents {
        let name = name
        let all = all
        let time = Metrics.Timer(
            label: "slipway_redis_fetch_seconds", dimensions: [("model", name)], factory: all.registry)
        var events = RemoteItemEvents()
        events.fetched = { time.recordNanoseconds(Int64(clamping: $0)) }
        events.items = { [weak all] outcome, count in
            all?.count("slipway_redis_items_total", [("model", name), ("result", outcome.rawValue)], by: count)
        }
        events.failed = { [weak all] kind, count in
            all?.count("slipway_redis_errors_total", [("model", name), ("kind", kind)], by: count)
        }
        return events
    }
}
