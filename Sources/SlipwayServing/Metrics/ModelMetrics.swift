import Metrics
import SlipwayMetrics
import SlipwayOnline
import SlipwayProtocol
import Synchronization

/// What is measured of one model.
final class ModelMetrics: Sendable {
    enum Stage: String, CaseIterable, Sendable { case fetch, queue, features, run, encode }

    let name: String
    let all: ServingMetrics
    private let total: Metrics.Timer
    private let stages: [Stage: Metrics.Timer]
    private let candidates: Recorder
    private let hits: Counter
    private let misses: Counter
    private let scores = Mutex<[String: Recorder]>([:])
    private let named = Mutex<[NamedCount: [String: Counter]]>([:])

    /// Counters with a label beside the model, by that label's value.
    private enum NamedCount: Hashable {
        case code, missingColumn, missing, defaulted, outOfVocabulary, mappedIDs, lookup
    }

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
        hits = Counter(
            label: "slipway_item_cache_hits_total", dimensions: [("model", name)], factory: all.registry)
        misses = Counter(
            label: "slipway_item_cache_misses_total", dimensions: [("model", name)], factory: all.registry)
    }

    private func count(_ kind: NamedCount, _ value: String, by amount: Int) {
        guard amount > 0 else { return }
        let counter = named.withLock { named -> Counter in
            if let known = named[kind]?[value] { return known }
            let (label, key) = Self.label(kind)
            let fresh = Counter(label: label, dimensions: [("model", name), (key, value)], factory: all.registry)
            named[kind, default: [:]][value] = fresh
            return fresh
        }
        counter.increment(by: amount)
    }

    private static func label(_ kind: NamedCount) -> (label: String, key: String) {
        switch kind {
        case .code: return ("slipway_requests_total", "code")
        case .missingColumn: return ("slipway_missing_columns_total", "column")
        case .missing: return ("slipway_feature_missing_total", "feature")
        case .defaulted: return ("slipway_feature_defaulted_total", "feature")
        case .outOfVocabulary: return ("slipway_feature_oov_total", "feature")
        case .lookup: return ("slipway_item_lookups_total", "result")
        case .mappedIDs: return ("slipway_mapped_ids_total", "feature")
        }
    }

    func answered(_ status: Int, nanoseconds: UInt64) {
        count(.code, "\(status)", by: 1)
        total.recordNanoseconds(Int64(clamping: nanoseconds))
    }

    func stage(_ stage: Stage, nanoseconds: UInt64) { stages[stage]?.recordNanoseconds(Int64(clamping: nanoseconds)) }

    func add(_ request: ScoredRequest) {
        candidates.record(request.rowCount)
        hits.increment(by: request.itemHits)
        misses.increment(by: request.itemMisses)
        count(.lookup, "ok", by: request.itemsAsked - request.itemsFailed)
        count(.lookup, "failed", by: request.itemsFailed)
        for column in request.missingColumns { count(.missingColumn, column, by: 1) }
        for feature in request.featureCounts {
            count(.missing, feature.feature, by: feature.missing)
            count(.defaulted, feature.feature, by: feature.defaulted)
            count(.outOfVocabulary, feature.feature, by: feature.outOfVocabulary)
        }
        for output in request.outputs {
            guard case .floats(let values) = output.elements else { continue }
            let recorder = scores.withLock { scores -> Recorder in
                if let known = scores[output.name] { return known }
                let fresh = Recorder(
                    label: "slipway_score", dimensions: [("model", name), ("output", output.name)], aggregate: true,
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
        for (feature, ids) in mappedIDs { count(.mappedIDs, feature, by: ids) }
    }
}
