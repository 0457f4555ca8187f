import Metrics
import SlipwayMetrics
import SlipwayOnline
import SlipwayProtocol
import Synchronization

/// What the server measures. Handles of the request path are made once a model; label values come from the model, never
/// from a request.
final class ServingMetrics: Sendable {
    let registry: PrometheusRegistry
    private let counters = Mutex<[String: Counter]>([:])
    private let models = Mutex<[String: ModelMetrics]>([:])

    let connections: Gauge
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
        "slipway_requests_total": .init("Requests answered, by model and HTTP status."),
        "slipway_request_seconds": .init("Time from a request's first byte to its answer."),
        "slipway_stage_seconds": .init("Time of a stage: queue, features, run, encode."),
        "slipway_candidates": .init("Candidates of a request.", bounds: counts),
        "slipway_score": .init(
            "Values of an output.", bounds: [-10, -5, -2, -1, -0.5, 0] + scores + [2, 5, 10]),
        "slipway_requests_per_run": .init("Requests that ran together.", bounds: [1, 2, 4, 8, 16, 32]),
        "slipway_queue_length": .init("Requests that wait."),
        "slipway_queue_wait_estimate_seconds": .init("Time a request that came now would wait."),
        "slipway_running_requests": .init("Requests being computed."),
        "slipway_shed_total": .init("Requests refused early: queue full, deadline out of reach or over the rate."),
        "slipway_request_timeouts_total": .init("Requests that were answered 408."),
        "slipway_clients_gone_total": .init("Clients that left before their answer."),
        "slipway_connections": .init("Open connections."),
        "slipway_item_cache_hits_total": .init("Candidates found among the item features."),
        "slipway_item_cache_misses_total": .init("Candidates not found among the item features."),
        "slipway_item_cache_items": .init("Items in the current generation."),
        "slipway_item_cache_bytes": .init("Memory of the current generation."),
        "slipway_item_cache_age_seconds": .init("Age of the current generation."),
        "slipway_item_loads_total": .init("Readings of the item features, by result."),
        "slipway_missing_columns_total": .init("Requests in which nobody supplied a column."),
        "slipway_mapped_ids_total": .init("Ids outside their table, read as row 0 or zeros."),
        "slipway_feature_missing_total": .init("Values without input, by feature."),
        "slipway_feature_defaulted_total": .init("Values that got the feature's default."),
        "slipway_feature_oov_total": .init("Values that the vocabulary lacks."),
        "slipway_model_loads_total": .init("Loads of a package, by result."),
        "slipway_model_load_seconds": .init("Time a load took, warm-up and all."),
        "slipway_model_ready": .init("1 while the model answers."),
        "slipway_warmup_requests_total": .init("Recorded requests replayed before a model was ready, by result."),
        "slipway_request_log_written_total": .init("Records written to the request log."),
        "slipway_request_log_dropped_total": .init("Records dropped because the log could not keep up."),
        "slipway_request_log_failed_total": .init("Records lost to errors of the disk."),
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

/// What is measured of one model.
final class ModelMetrics: Sendable {
    enum Stage: String, CaseIterable, Sendable { case queue, features, run, encode }

    private let name: String
    private let all: ServingMetrics
    private let total: Metrics.Timer
    private let stages: [Stage: Metrics.Timer]
    private let candidates: Recorder
    private let scores = Mutex<[String: Recorder]>([:])

    init(_ name: String, _ all: ServingMetrics) {
        self.name = name
        self.all = all
        total = Metrics.Timer(
            label: "slipway_request_seconds", dimensions: [("model", name)], factory: all.registry)
        stages = Dictionary(
            uniqueKeysWithValues: Stage.allCases.map {
                (
                    $0,
                    Metrics.Timer(
                        label: "slipway_stage_seconds", dimensions: [("model", name), ("stage", $0.rawValue)],
                        factory: all.registry)
                )
            })
        candidates = Recorder(
            label: "slipway_candidates", dimensions: [("model", name)], aggregate: true, factory: all.registry)
    }

    func answered(_ status: Int, nanoseconds: UInt64) {
        all.count("slipway_requests_total", [("model", name), ("code", "\(status)")])
        total.recordNanoseconds(Int64(clamping: nanoseconds))
    }

    func stage(_ stage: Stage, nanoseconds: UInt64) { stages[stage]?.recordNanoseconds(Int64(clamping: nanoseconds)) }

    func add(_ request: ScoredRequest) {
        candidates.record(request.rowCount)
        let model = ("model", name)
        all.count("slipway_item_cache_hits_total", [model], by: request.itemHits)
        all.count("slipway_item_cache_misses_total", [model], by: request.itemMisses)
        for column in request.missingColumns {
            all.count("slipway_missing_columns_total", [model, ("column", column)])
        }
        for count in request.featureCounts {
            let labels = [model, ("feature", count.feature)]
            all.count("slipway_feature_missing_total", labels, by: count.missing)
            all.count("slipway_feature_defaulted_total", labels, by: count.defaulted)
            all.count("slipway_feature_oov_total", labels, by: count.outOfVocabulary)
        }
        for output in request.outputs {
            guard case .floats(let values) = output.elements else { continue }
            let recorder = scores.withLock { scores -> Recorder in
                if let known = scores[output.name] { return known }
                let fresh = Recorder(
                    label: "slipway_score", dimensions: [model, ("output", output.name)], aggregate: true,
                    factory: all.registry)
                scores[output.name] = fresh
                return fresh
            }
            // Sixteen rows tell the distribution as well as all of them.
            for index in stride(from: 0, to: values.count, by: max(1, values.count / 16)) {
                recorder.record(Double(values[index]))
            }
        }
    }

    /// Counts ids outside their tables, once a run.
    func add(mappedIDs: [String: Int]) {
        for (feature, count) in mappedIDs {
            all.count("slipway_mapped_ids_total", [("model", name), ("feature", feature)], by: count)
        }
    }
}
