import Foundation
package import SlipwayInspect
import SlipwayLatency

/// A load test as people and programs read it.
package struct LoadReport: Sendable {
    /// What was asked.
    package let address: String
    /// How the requests came about, and how they were sent: names and what is to be said of them.
    package let setup: [(name: String, value: String)]
    package let startedAt: String
    package let slipwayVersion: String
    /// The run; of a search, that of the rate it found, or its last one.
    package let result: LoadResult
    package let search: LoadSearch.Found?

    package init(
        address: String, setup: [(name: String, value: String)], startedAt: String, slipwayVersion: String,
        result: LoadResult, search: LoadSearch.Found?
    ) {
        self.address = address
        self.setup = setup
        self.startedAt = startedAt
        self.slipwayVersion = slipwayVersion
        self.result = result
        self.search = search
    }

    var steps: [LoadResult.Step] { result.steps.filter { !$0.isWarmUp } }

    // MARK: Text

    package func text() -> String {
        var table = TextTable([
            .number("requests/s"), .number("sent"), .number("scored/s"), .number("p50 ms"), .number("p90 ms"),
            .number("p99 ms"), .number("p99.9 ms"), .number("max ms"), .text("without scores"),
        ])
        for step in steps {
            let measure = step.measure
            table.add(
                [
                    Quantity.number(step.rate), Quantity.count(measure.sent),
                    String(format: "%.1f", step.scoredRate),
                ] + [50, 90, 99, 99.9].map { Self.ms(measure.latency.percentile($0)) }
                    + [Self.ms(measure.latency.largest), Self.problems(measure)])
        }
        var lines = [table.text()]
        let late = result.measured.lateUs
        if late > 10_000 {
            lines.append(
                "the generator itself was up to \(Self.ms(late)) ms late; give it more processor time")
        }
        if let search { lines.append(Self.text(search)) }
        if let stopped { lines.append(stopped) }
        return lines.joined(separator: "\n")
    }

    /// Says that the run ended before its time.
    var stopped: String? {
        result.wasStopped || search?.wasStopped == true
            ? "stopped after \(Quantity.number(result.seconds)) s, before its end" : nil
    }

    /// The end of a search in one line.
    static func text(_ search: LoadSearch.Found) -> String {
        let limit = "p\(Quantity.number(search.target.percent)) ≤ \(Quantity.number(search.target.limitMs)) ms"
        guard let rate = search.rate else { return "no rate meets \(limit)" }
        let within =
            search.wasStopped
            ? "when it was stopped"
            : search.isAtLimit ? "the highest tried" : "within \(Quantity.number(search.tolerance * 100)) %"
        return "highest rate with \(limit): \(Quantity.number(rate)) requests/s, \(within)"
    }

    package static func line(_ probe: LoadSearch.Probe) -> String {
        let measure = probe.result.measured
        let kind = probe.isConfirmation ? "confirming " : ""
        return "\(kind)\(Quantity.number(probe.rate)) requests/s: \(String(format: "%.2f", probe.latencyMs)) ms, "
            + "\(problems(measure)) without scores: \(probe.isBorne ? "borne" : "too much")"
    }

    static func problems(_ measure: LoadMeasure) -> String {
        var parts = measure.statuses.filter { $0.key != 200 }.sorted { $0.key < $1.key }
            .map { "\($0.key): \(Quantity.count($0.value))" }
        if measure.timeouts > 0 { parts.append("timeouts: \(Quantity.count(measure.timeouts))") }
        parts += measure.failures.sorted { $0.key < $1.key }.map { "\($0.key): \(Quantity.count($0.value))" }
        return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }

    private static func ms(_ microseconds: UInt64) -> String { String(format: "%.2f", Double(microseconds) / 1000) }

    // MARK: JSON

    package func facts() -> Fact {
        .object([
            "address": .string(address), "started_at": .string(startedAt), "slipway_version": .string(slipwayVersion),
            "setup": .object(Dictionary(setup.map { ($0.name, Fact.string($0.value)) }) { $1 }),
            "steps": .array(
                steps.map {
                    .object([
                        "rate": .double($0.rate), "seconds": .double($0.seconds),
                        "scored_per_second": .double($0.scoredRate), "measure": Self.facts($0.measure),
                    ])
                }),
            "was_stopped": .bool(stopped != nil), "total": Self.facts(result.measured),
            "scored_per_second": .double(result.scoredRate),
            "most_open": .int(result.mostOpen), "interval_seconds": .double(result.intervalSeconds),
            "intervals": .array(
                result.intervals.map {
                    .object([
                        "due": .int($0.due), "scored": .int($0.scored), "failed": .int($0.failed),
                        "latency_us": LatencyFacts.of($0.latency),
                    ])
                }),
            "search": search.map(Self.facts) ?? .null,
        ])
    }

    private static func facts(_ measure: LoadMeasure) -> Fact {
        .object([
            "sent": .int(measure.sent), "scored": .int(measure.scored), "timeouts": .int(measure.timeouts),
            "statuses": .object(
                Dictionary(uniqueKeysWithValues: measure.statuses.map { ("\($0.key)", Fact.int($0.value)) })),
            "failures": .object(measure.failures.mapValues(Fact.int)),
            "failed_share": .double(measure.failedShare), "generator_late_us": .int(Int(measure.lateUs)),
            "latency_us": LatencyFacts.of(measure.latency),
        ])
    }

    private static func facts(_ search: LoadSearch.Found) -> Fact {
        .object([
            "percent": .double(search.target.percent), "limit_ms": .double(search.target.limitMs),
            "failed_share": .double(search.target.failedShare), "tolerance": .double(search.tolerance),
            "rate": search.rate.map(Fact.double) ?? .null, "is_highest_tried": .bool(search.isAtLimit),
            "probes": .array(
                search.probes.map {
                    .object([
                        "rate": .double($0.rate), "latency_ms": .double($0.latencyMs), "borne": .bool($0.isBorne),
                        "confirmation": .bool($0.isConfirmation), "measure": facts($0.result.measured),
                    ])
                }),
        ])
    }
}
