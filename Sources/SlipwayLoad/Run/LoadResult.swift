package import SlipwayLatency

/// What a run of the load generator measured.
package struct LoadResult: Sendable {
    package struct Step: Sendable {
        package let rate: Double
        package internal(set) var seconds: Double
        package let isWarmUp: Bool
        /// Seconds after the run's start at which it began, and at which its last answer came.
        package var startSeconds = 0.0
        package var lastSeconds = 0.0
        package var measure = LoadMeasure()

        /// Scored requests a second, until the last of them was answered: an overloaded server answers after the step.
        package var scoredRate: Double {
            Double(measure.scored) / max(seconds, lastSeconds - startSeconds, 1e-9)
        }
    }

    /// A piece of the run, counted from its start.
    package struct Interval: Sendable {
        /// Requests due in it.
        package var due = 0
        /// Scored requests whose answer came in it.
        package var scored = 0
        /// Refusals, failures and timeouts that came in it.
        package var failed = 0
        /// Of the requests due in it.
        package var latency = LatencyHistogram(.percent)
    }

    package var steps: [Step]
    package var intervals: [Interval]
    package let intervalSeconds: Double
    /// Until the last answer.
    package var seconds = 0.0
    /// It ended before its time; steps that had not begun are left out.
    package internal(set) var wasStopped = false
    /// Requests without an answer at one time, at most.
    package var mostOpen = 0

    /// Cuts the steps off at a time of the run.
    mutating func stop(atSeconds end: Double) {
        wasStopped = true
        steps.removeAll { $0.startSeconds >= end }
        guard let last = steps.indices.last else { return }
        steps[last].seconds = min(steps[last].seconds, end - steps[last].startSeconds)
    }

    /// All steps but the warm-up.
    package var measured: LoadMeasure {
        steps.filter { !$0.isWarmUp }.reduce(into: LoadMeasure()) { $0.add($1.measure) }
    }

    /// Scored requests a second over the measured steps, until the last answer.
    package var scoredRate: Double {
        let measured = steps.filter { !$0.isWarmUp }
        let begin = measured.map(\.startSeconds).min() ?? 0
        let length = measured.reduce(0) { $0 + $1.seconds }
        let end = measured.map(\.lastSeconds).max() ?? 0
        return Double(measured.reduce(0) { $0 + $1.measure.scored }) / max(length, end - begin, 1e-9)
    }
}
