package import SlipwayLatency

/// What a replay found.
package struct ReplayResult: Sendable {
    /// One side's answers.
    package struct Side: Sendable {
        package let description: String
        /// Requests by status; 0 for those without an answer.
        package var statuses: [Int: Int] = [:]
        package var latency = LatencyHistogram()
        package var versions: Set<String> = []
        /// The first thing that went wrong.
        package var firstProblem: String?

        /// Requests without scores.
        package var failed: Int { statuses.reduce(0) { $1.key == 200 ? $0 : $0 + $1.value } }
    }

    /// A request whose answers differ.
    package struct Request: Sendable {
        /// Place in the log, from 0.
        package let index: Int
        /// `request_id` of its `meta_data`.
        package let id: String?
        package let stage: String
        package let name: String
        package let item: String?
        package let first: String
        package let second: String
    }

    /// A feature or an output that differs.
    package struct Part: Sendable {
        package let stage: String
        package let name: String
        /// Requests in which it differs.
        package var requests = 0
        /// Requests in which it is the first to differ.
        package var first = 0
        /// Files of the packages that make it.
        package var files: [String] = []
    }

    package var requests = 0
    package var seconds = 0.0
    /// Longest time by which a request was sent too late, where the log's times were kept.
    package var latestUs: UInt64 = 0
    package internal(set) var sides: [Side]
    /// Requests whose answers differ in anything.
    package var differing = 0
    /// Of those, in features before generation, after it, in items, and in scores.
    package var differingRaw = 0
    package var differingGenerated = 0
    package var differingItems = 0
    package var differingScores = 0
    /// Requests for which both sides told features.
    package var comparedFeatures = 0
    package internal(set) var parts: [Part] = []
    /// Largest difference of each output, in |first − second| / max(1, |first|).
    package internal(set) var largest: [String: Double] = [:]
    /// The first of them, in the order of the log.
    package internal(set) var shown: [Request] = []

    /// Whether every request was answered and no answers differ.
    package var isClean: Bool { differing == 0 && sides.allSatisfy { $0.failed == 0 } }
}
