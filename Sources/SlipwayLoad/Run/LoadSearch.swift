import Foundation
import SlipwayCore
import SlipwayLatency

/// Looks for the highest rate whose latency and failures stay within limits.
package struct LoadSearch: Sendable {
    package struct Target: Sendable {
        /// Percentile that is held against `limitMs`.
        package var percent = 99.0
        package var limitMs: Double
        /// Share of requests that may bring no scores.
        package var failedShare = 0.001

        package init(limitMs: Double) { self.limitMs = limitMs }
    }

    /// One rate tried.
    package struct Probe: Sendable {
        package let rate: Double
        package let result: LoadResult
        package let latencyMs: Double
        package let isBorne: Bool
        /// The longer run of the rate that was found.
        package let isConfirmation: Bool
    }

    package struct Found: Sendable {
        package let target: Target
        package let tolerance: Double
        package var probes: [Probe] = []
        /// Nil where not even the lowest rate was borne.
        package var rate: Double?
        /// It was stopped before it was done: the rate is the highest that was borne until then.
        package var wasStopped = false
        /// The search ended at the highest rate it may try.
        package var isAtLimit = false
    }

    private let runner: LoadRunner
    private let target: Target
    private let arrivals: ArrivalSchedule.Arrivals
    private let probeSeconds: Double
    private let warmUpSeconds: Double
    private let seed: UInt64

    package init(
        _ runner: LoadRunner, target: Target, arrivals: ArrivalSchedule.Arrivals, probeSeconds: Double,
        warmUpSeconds: Double, seed: UInt64
    ) {
        self.runner = runner
        self.target = target
        self.arrivals = arrivals
        self.probeSeconds = probeSeconds
        self.warmUpSeconds = warmUpSeconds
        self.seed = seed
    }

    /// Probes until the highest rate is known within the search's tolerance, then runs that one twice as long; where
    /// that fails, lower ones, in steps that grow from the tolerance.
    ///
    /// - Parameter progress: called with each probe.
    /// - Throws: `ioFailure` where the very first probe is not answered at all.
    package func run(_ search: RateSearch, most: Double, progress: (Probe) -> Void) throws -> Found {
        var search = search
        var found = Found(target: target, tolerance: search.tolerance)
        func probe(_ rate: Double, seconds: Double, isConfirmation: Bool = false) -> Probe {
            let result = measure(rate, seconds: seconds)
            let measured = result.measured
            let latency = Double(measured.latency.percentile(target.percent)) / 1000
            // Nothing scored is nothing borne, though no latency is above the limit.
            let isBorne =
                measured.scored > 0 && latency <= target.limitMs && measured.failedShare <= target.failedShare
            let probe = Probe(
                rate: rate, result: result, latencyMs: latency, isBorne: isBorne, isConfirmation: isConfirmation)
            found.probes.append(probe)
            progress(probe)
            return probe
        }
        while let rate = search.next() {
            let tried = probe(rate, seconds: probeSeconds)
            let measured = tried.result.measured
            if tried.result.wasStopped {
                found.wasStopped = true
                found.rate = search.low
                return found
            }
            if found.probes.count == 1, measured.scored == 0 {
                let statuses = measured.statuses.sorted { $0.key < $1.key }
                    .map { "\($0.value) answers of status \($0.key)" }
                let failures = measured.failures.sorted { $0.key < $1.key }.map { "\($0.value) times \"\($0.key)\"" }
                let what = statuses + failures + (measured.timeouts > 0 ? ["\(measured.timeouts) timeouts"] : [])
                throw SlipwayError(
                    .ioFailure, "the server scores nothing: \(what.joined(separator: ", "))",
                    fix: "check the address, the service, the token and one of the requests")
            }
            search.note(rate, isBorne: tried.isBorne)
        }
        found.isAtLimit = search.low.map { $0 >= most } ?? false
        var rate = search.low
        var less = search.tolerance
        while let next = rate, next >= 0.1 {
            let confirmation = probe(next, seconds: probeSeconds * 2, isConfirmation: true)
            found.wasStopped = confirmation.result.wasStopped
            if found.wasStopped || confirmation.isBorne { break }
            found.isAtLimit = false
            rate = next * (1 - less)
            less = min(less * 2, 0.5)
        }
        found.rate = rate.flatMap { $0 >= 0.1 ? $0 : nil }
        return found
    }

    private func measure(_ rate: Double, seconds: Double) -> LoadResult {
        // Few requests say little about a percentile: low rates take longer.
        let seconds = max(seconds, min(20 / rate, seconds * 6))
        var steps = [RateStep(rate: rate, seconds: seconds)]
        if warmUpSeconds > 0 { steps.insert(RateStep(rate: rate, seconds: warmUpSeconds, isWarmUp: true), at: 0) }
        return runner.run(ArrivalSchedule(steps: steps, arrivals: arrivals, seed: seed))
    }
}
