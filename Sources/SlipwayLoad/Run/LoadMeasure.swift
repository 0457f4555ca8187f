package import SlipwayLatency

/// What became of some requests.
package struct LoadMeasure: Sendable {
    /// Requests that were due.
    package var sent = 0
    /// Answers by HTTP status.
    package var statuses: [Int: Int] = [:]
    package var timeouts = 0
    /// Requests without an answer, by reason.
    package var failures: [String: Int] = [:]
    /// From when each was due: scored requests, and those whose time ran out with the time they waited.
    package var latency: LatencyHistogram
    /// Longest time between when a request was due and when it was handed to the network: the generator's own delay.
    package var lateUs: UInt64 = 0

    package init(_ precision: LatencyHistogram.Precision = .permille) { latency = LatencyHistogram(precision) }

    package var scored: Int { statuses[200] ?? 0 }

    /// Share of the requests that brought no scores.
    package var failedShare: Double { sent == 0 ? 0 : Double(sent - scored) / Double(sent) }

    mutating func note(_ reply: ClientReply) {
        switch reply.outcome {
        case .answer(let answer):
            statuses[answer.status, default: 0] += 1
            // A refusal is quick; it must not make the others look so.
            if answer.status == 200 { latency.record(reply.latencyUs) }
        case .timeout:
            timeouts += 1
            latency.record(reply.latencyUs)
        case .failure(let reason): failures[reason, default: 0] += 1
        }
    }

    package mutating func add(_ other: LoadMeasure) {
        sent += other.sent
        timeouts += other.timeouts
        statuses.merge(other.statuses) { $0 + $1 }
        failures.merge(other.failures) { $0 + $1 }
        latency.add(other.latency)
        lateUs = max(lateUs, other.lateUs)
    }
}
