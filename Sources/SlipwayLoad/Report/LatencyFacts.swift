import SlipwayInspect
import SlipwayLatency

/// A histogram's main numbers for JSON, in microseconds.
enum LatencyFacts {
    static let percentiles: [(name: String, percent: Double)] = [
        ("p50", 50), ("p75", 75), ("p90", 90), ("p95", 95), ("p99", 99), ("p99_9", 99.9), ("p99_99", 99.99),
    ]

    static func of(_ histogram: LatencyHistogram) -> Fact {
        guard !histogram.isEmpty else { return .null }
        var facts: [String: Fact] = [
            "count": .int(Int(histogram.count)), "mean": .double(histogram.mean),
            "min": .int(Int(histogram.smallest)), "max": .int(Int(histogram.largest)),
        ]
        for (name, percent) in percentiles { facts[name] = .int(Int(histogram.percentile(percent))) }
        return .object(facts)
    }
}
