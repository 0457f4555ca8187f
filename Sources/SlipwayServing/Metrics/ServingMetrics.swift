import Metrics
import SlipwayMetrics
import Synchronization

/// What the server measures. Handles of the request path are made once a model; label values come from the model, never
/// from a request.
final class ServingMetrics: Sendable {
    let registry: PrometheusRegistry
    private let counters = Mutex<[String: Counter]>([:])
    private let models = Mutex<[String: ModelMetrics]>([:])
    /// By status, those of the admin port 1000 higher.
    private let responses = Mutex<[Int: Counter]>([:])

    let connections: Gauge
    private let processorSeconds: FloatingPointCounter
    private let processorSecondsSaid = Mutex(0.0)
    let requestTimeouts: Counter
    let clientsGone: Counter
    let shed: Counter
    let logWritten: Counter
    let logDropped: Counter
    let logFailed: Counter
    let spansSent: Counter
    let spansDropped: Counter
    let mergedRequests: Recorder

    init() {
        registry = PrometheusRegistry(Self.descriptions)
        connections = Gauge(label: "slipway_connections", dimensions: [], factory: registry)
        processorSeconds = FloatingPointCounter(
            label: "process_cpu_seconds_total", dimensions: [], factory: registry)
        requestTimeouts = Counter(label: "slipway_request_timeouts_total", dimensions: [], factory: registry)
        clientsGone = Counter(label: "slipway_clients_gone_total", dimensions: [], factory: registry)
        shed = Counter(label: "slipway_shed_total", dimensions: [], factory: registry)
        logWritten = Counter(label: "slipway_request_log_written_total", dimensions: [], factory: registry)
        logDropped = Counter(label: "slipway_request_log_dropped_total", dimensions: [], factory: registry)
        logFailed = Counter(label: "slipway_request_log_failed_total", dimensions: [], factory: registry)
        spansSent = Counter(label: "slipway_spans_sent_total", dimensions: [], factory: registry)
        spansDropped = Counter(label: "slipway_spans_dropped_total", dimensions: [], factory: registry)
        mergedRequests = Recorder(
            label: "slipway_requests_per_run", dimensions: [], aggregate: true, factory: registry)
    }

    private static let counts = [1.0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096]
    private static let scores = stride(from: 0.05, through: 1.0, by: 0.05).map { ($0 * 100).rounded() / 100 }

    private static let descriptions: [String: PrometheusRegistry.Description] = [
        "slipway_responses_total": .init("Responses of any kind, by port and HTTP status."),
        "slipway_grpc_requests_total": .init("gRPC calls, and messages of streams, by method and status."),
        "slipway_grpc_request_seconds": .init(
            "Time from a gRPC call's or a stream's message to its answer, by method."),
        "slipway_requests_total": .init("Requests answered, by model and HTTP status."),
        "slipway_request_seconds": .init("Time from a request's first byte to its answer."),
        "slipway_stage_seconds": .init("Time of a stage: fetch (of items from Redis), queue, features, run, encode."),
        "slipway_candidates": .init("Candidates of a request.", bounds: counts),
        "slipway_score": .init(
            "Values of an output.", bounds: [-10, -5, -2, -1, -0.5, 0] + scores + [2, 5, 10]),
        "slipway_requests_per_run": .init("Requests that ran together.", bounds: [1, 2, 4, 8, 16, 32]),
        "slipway_queue_length": .init("Requests that wait."),
        "slipway_queue_wait_estimate_seconds": .init("Time a request that came now would wait."),
        "slipway_running_requests": .init("Requests being computed."),
        "slipway_shed_total": .init("Requests refused early: queue full, deadline out of reach or over the rate."),
        "slipway_request_timeouts_total": .init(
            "Requests answered 408 by their connection: too slow to arrive, or not answered in time."),
        "slipway_clients_gone_total": .init("Clients that left before their answer."),
        "slipway_connections": .init("Open connections."),
        "slipway_item_cache_hits_total": .init("Candidates found among the item features."),
        "slipway_item_cache_misses_total": .init("Candidates not found among the item features."),
        "slipway_item_cache_items": .init("Items in the current generation."),
        "slipway_item_cache_bytes": .init("Memory of the current generation."),
        "slipway_item_cache_left_out": .init("Items of the source beyond the memory of the current generation."),
        "slipway_item_cache_recent": .init("Items kept of those that were looked up in the source."),
        "slipway_item_lookups_total": .init("Items looked up in the source for a request, by result."),
        "slipway_item_cache_age_seconds": .init("Age of the current generation."),
        "slipway_item_loads_total": .init("Readings of the item features, by result."),
        "slipway_redis_items_total": .init(
            "Items that requests asked for: fresh or stale in memory, fetched, absent, kept (old, Redis failed), failed."
        ),
        "slipway_redis_fetch_seconds": .init("Time requests waited for items from Redis, a round of them."),
        "slipway_redis_errors_total": .init("Items and values that Redis did not give as they should be, by kind."),
        "slipway_redis_nodes": .init("Servers of Redis that hold items."),
        "slipway_redis_breakers_open": .init("Servers of Redis that failed often and are left alone."),
        "slipway_redis_contact_age_seconds": .init("Time since Redis last told its generation."),
        "slipway_redis_refresh_waiting": .init("Stale items that wait to be fetched again."),
        "slipway_redis_fetching_requests": .init("Requests that wait to have their items fetched."),
        "slipway_redis_generation_info": .init(
            "1 for the generation of item features that is served, 0 for earlier ones."),
        "slipway_missing_columns_total": .init("Requests in which nobody supplied a column."),
        "slipway_mapped_ids_total": .init("Ids outside their table, read as row 0 or zeros."),
        "slipway_feature_missing_total": .init("Values without input, by feature."),
        "slipway_feature_defaulted_total": .init("Values that got the feature's default."),
        "slipway_feature_oov_total": .init("Values that the vocabulary lacks."),
        "slipway_model_loads_total": .init("Loads of a package, by result."),
        "slipway_model_load_seconds": .init("Time a load took, warm-up and all."),
        "slipway_model_info": .init("1 for the version that answers, 0 for earlier ones."),
        "slipway_model_score_change": .init("Between the scores of the last two generations, over recorded requests."),
        "slipway_model_ready": .init("1 while the model answers."),
        "slipway_warmup_requests_total": .init("Recorded requests replayed before a model was ready, by result."),
        "slipway_request_log_written_total": .init("Records written to the request log."),
        "slipway_request_log_dropped_total": .init("Records dropped because the log could not keep up."),
        "slipway_request_log_failed_total": .init("Records lost to errors of the disk."),
        "slipway_spans_sent_total": .init("Spans the collector took."),
        "slipway_spans_dropped_total": .init("Spans lost: the collector was away or could not keep up."),
        "process_cpu_seconds_total": .init("Processor time of the process, of user and system."),
        "process_open_fds": .init("Open files and sockets."),
        "process_resident_memory_bytes": .init("Memory in use."),
        "slipway_build_info": .init("1, with the version and the instruction set as labels."),
    ]

    /// A counter whose labels are made once.
    func count(_ name: String, _ dimensions: [(String, String)], by amount: Int = 1) {
        guard amount != 0 else { return }
        let key = dimensions.reduce(into: name) { $0 += "\u{1f}\($1.1)" }
        let counter = counters.withLock { counters -> Counter in
            if let known = counters[key] { return known }
            let fresh = Counter(label: name, dimensions: dimensions, factory: registry)
            counters[key] = fresh
            return fresh
        }
        counter.increment(by: amount)
    }

    /// Counts a response to whatever was asked.
    func answered(_ status: Int, onAdminPort isAdmin: Bool) {
        let counter = responses.withLock { responses -> Counter in
            let key = isAdmin ? status + 1000 : status
            if let known = responses[key] { return known }
            let fresh = Counter(
                label: "slipway_responses_total",
                dimensions: [("port", isAdmin ? "admin" : "service"), ("code", "\(status)")], factory: registry)
            responses[key] = fresh
            return fresh
        }
        counter.increment()
    }

    /// Brings the counter up to what the system says.
    func setProcessorSeconds(_ total: Double) {
        let more = processorSecondsSaid.withLock { said -> Double in
            defer { said = max(said, total) }
            return total - said
        }
        if more > 0 { processorSeconds.increment(by: more) }
    }

    func gauge(_ name: String, _ value: Double, _ dimensions: [(String, String)] = []) {
        registry.makeRecorder(label: name, dimensions: dimensions, aggregate: false).record(value)
    }

    func model(_ name: String) -> ModelMetrics {
        models.withLock { models in
            if let known = models[name] { return known }
            let fresh = ModelMetrics(name, self)
            models[name] = fresh
            return fresh
        }
    }
}
