import Foundation
import SlipwayInspect
import SlipwayLatency
import SlipwayPage

extension LoadReport {
    /// One page that needs nothing else.
    package func page() -> String {
        var sections = [
            HTMLPage.Section(id: "latency", title: "Latency", body: latencySection()),
            HTMLPage.Section(id: "time", title: "Over time", body: timeSection()),
            HTMLPage.Section(id: "answers", title: "Answers", body: answerSection()),
        ]
        if let search { sections.append(.init(id: "search", title: "Search", body: Self.searchSection(search))) }
        sections.append(.init(id: "setup", title: "Setup", body: HTMLPage.facts(setup.map { ($0.name, $0.value) })))
        return HTMLPage(
            title: "Load test: \(address)", heading: address,
            subtitle: (["Load test", "Slipway \(slipwayVersion)", startedAt] + (stopped.map { [$0] } ?? [])).joined(
                separator: " · "), tiles: tiles(), sections: sections
        ).html()
    }

    private func tiles() -> [HTMLPage.Tile] {
        let total = result.measured
        var tiles: [HTMLPage.Tile] = []
        if let search {
            tiles.append(
                .init(
                    title: "highest rate", value: search.rate.map { "\(PlotUnit.plain.text($0))/s" } ?? "none",
                    note: Self.text(search)))
        }
        tiles += [
            .init(
                title: "scored", value: "\(PlotUnit.plain.text(result.scoredRate))/s",
                note: "\(Quantity.count(total.scored)) of \(Quantity.count(total.sent)) requests"),
            .init(title: "median", value: Self.time(total.latency.percentile(50)), note: "from when a request was due"),
            .init(
                title: "99 % within", value: Self.time(total.latency.percentile(99)),
                note: "99.9 % within \(Self.time(total.latency.percentile(99.9)))"),
            .init(
                title: "without scores", value: Quantity.share(total.sent - total.scored, of: total.sent),
                note: Self.problems(total)),
        ]
        return tiles
    }

    // MARK: Latency

    private static let shares: [(percent: Double, text: String)] = [
        (0, "0 %"), (50, "50 %"), (90, "90 %"), (99, "99 %"), (99.9, "99.9 %"), (99.99, "99.99 %"),
        (99.999, "99.999 %"),
    ]

    private func latencySection() -> String {
        // Each halving of what is left has the same room.
        func place(_ percent: Double) -> Double { -log2(max(1 - percent / 100, 1e-7)) }
        let series = steps.prefix(5).map { step in
            CurvePlot.Series(
                name: "\(PlotUnit.plain.text(step.rate)) requests/s",
                points: step.measure.latency.curve().map { (place($0.percent), Self.seconds($0.microseconds)) })
        }
        let right = series.flatMap { $0.points.map(\.x) }.max() ?? 1
        let plot = CurvePlot(
            title: "latency by the share of requests within it", horizontal: "share of requests",
            vertical: "latency", unit: .seconds, series: Array(series),
            marks: Self.shares.map { (place($0.percent), $0.text) }.filter { $0.0 <= max(right, 1) },
            level: level, isLogarithmic: true)
        var table = HTMLTable([
            .number("requests/s"), .number("scored/s"), .number("mean"), .number("median"), .number("90 %"),
            .number("99 %"), .number("99.9 %"), .number("longest"),
        ])
        table.rows = steps.map { step in
            let latency = step.measure.latency
            return [
                .number(step.rate, PlotUnit.plain.text(step.rate)),
                .number(step.scoredRate, PlotUnit.plain.text(step.scoredRate)),
                .number(latency.mean, PlotUnit.seconds.text(latency.mean / 1e6)),
            ]
                + [50, 90, 99, 99.9, 100].map {
                    .number(Self.seconds(latency.percentile($0)), Self.time(latency.percentile($0)))
                }
        }
        return """
            <p>Counted from the moment a request was due, whether or not those before it were answered: a slow server makes the \
            requests behind it late, and that is their latency too. Refused requests are not in it; those whose time ran out \
            are, with the time they waited.</p>
            \(plot.svg())
            \(table.html())
            """
    }

    private var level: (y: Double, name: String)? {
        search.map { ($0.target.limitMs / 1000, "limit of p\(Quantity.number($0.target.percent))") }
    }

    // MARK: Over time

    private func timeSection() -> String {
        let length = result.intervalSeconds
        func points(_ value: (LoadResult.Interval) -> Double?) -> [(x: Double, y: Double)] {
            result.intervals.enumerated().compactMap { index, interval in
                value(interval).map { (Double(index) * length, $0) }
            }
        }
        func latency(_ percent: Double) -> [(x: Double, y: Double)] {
            points { $0.latency.isEmpty ? nil : Self.seconds($0.latency.percentile(percent)) }
        }
        let latencies = CurvePlot(
            title: "latency over time", horizontal: "seconds since the start", vertical: "latency", unit: .seconds,
            series: [
                .init(name: "median", points: latency(50)), .init(name: "99 %", points: latency(99)),
                .init(name: "longest", points: latency(100)),
            ], level: level)
        let rates = CurvePlot(
            title: "requests over time", horizontal: "seconds since the start", vertical: "requests a second",
            unit: .plain,
            series: [
                .init(name: "due", points: points { Double($0.due) / length }),
                .init(name: "scored", points: points { Double($0.scored) / length }),
                .init(name: "without scores", points: points { Double($0.failed) / length }),
            ])
        return "\(latencies.svg())\n\(rates.svg())\n<p class=\"faint\">Pieces of \(Quantity.number(length)) s; "
            + "\(Quantity.count(result.mostOpen)) requests at most were without an answer at one time.</p>"
    }

    // MARK: Answers

    private func answerSection() -> String {
        var table = HTMLTable([.text("answer"), .number("requests/s"), .number("requests"), .number("share")])
        for step in steps {
            let measure = step.measure
            var rows = measure.statuses.sorted { $0.key < $1.key }.map { ("status \($0.key)", $0.value) }
            if measure.timeouts > 0 { rows.append(("no answer in time", measure.timeouts)) }
            rows += measure.failures.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            table.rows += rows.map { name, count in
                [
                    .text(name), .number(step.rate, PlotUnit.plain.text(step.rate)), .count(count),
                    .number(Double(count), Quantity.share(count, of: measure.sent)),
                ]
            }
        }
        let late = result.measured.lateUs
        return table.html()
            + "\n<p class=\"faint\">The generator handed requests to the network \(Self.time(late)) late at most.</p>"
    }

    // MARK: Search

    private static func searchSection(_ search: LoadSearch.Found) -> String {
        let byRate = search.probes.sorted { $0.rate < $1.rate }
        let plot = CurvePlot(
            title: "latency by rate", horizontal: "requests a second",
            vertical: "p\(Quantity.number(search.target.percent))", unit: .seconds,
            series: [.init(name: "probe", points: byRate.map { ($0.rate, $0.latencyMs / 1000) })],
            level: (search.target.limitMs / 1000, "limit"), isLogarithmic: true)
        var table = HTMLTable([
            .number("probe"), .number("requests/s"), .number("p\(Quantity.number(search.target.percent))"),
            .number("without scores"), .text("result"),
        ])
        table.rows = search.probes.enumerated().map { index, probe in
            let measure = probe.result.measured
            return [
                .count(index + 1), .number(probe.rate, PlotUnit.plain.text(probe.rate)),
                .number(probe.latencyMs, PlotUnit.seconds.text(probe.latencyMs / 1000)),
                .number(measure.failedShare, Quantity.share(measure.sent - measure.scored, of: measure.sent)),
                .text((probe.isBorne ? "borne" : "too much") + (probe.isConfirmation ? ", confirming run" : "")),
            ]
        }
        return
            "<p>\(SVGText.escape(text(search))). Rates are doubled until one is too much, then what lies between is halved; "
            + "the rate found is run again for twice as long.</p>\n\(plot.svg())\n\(table.html())"
    }

    private static func seconds(_ microseconds: UInt64) -> Double { Double(microseconds) / 1e6 }
    private static func time(_ microseconds: UInt64) -> String { PlotUnit.seconds.text(seconds(microseconds)) }
}
