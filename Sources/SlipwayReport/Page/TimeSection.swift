import SlipwayInspect
import SlipwayPage

/// How long requests take.
enum TimeSection {
    static func html(_ times: TimeFacts) -> String {
        let points = times.batches.map { (x: Double($0.candidates), y: $0.median) }
        let plots = [
            LinePlot(
                title: "time of a request by its candidates", horizontal: "candidates of the request",
                vertical: "median time of a request", unit: .seconds, points: points),
            LinePlot(
                title: "time of one candidate by the candidates of its request",
                horizontal: "candidates of the request",
                vertical: "median time a candidate", unit: .seconds, points: points.map { ($0.x, $0.y / $0.x) }),
        ]
        var table = HTMLTable([
            .number("candidates"), .number("median"), .number("fastest"), .number("90 % within"),
            .number("a candidate"), .number("GFLOP/s"), .number("runs"),
        ])
        table.rows = times.batches.map { batch in
            [
                .count(batch.candidates), seconds(batch.median), seconds(batch.fastest), seconds(batch.ninety),
                seconds(batch.median / Double(batch.candidates)),
                .number(batch.flops / batch.median, PlotUnit.number(batch.flops / batch.median / 1e9)),
                .count(batch.runs),
            ]
        }
        return """
            <p>Requests of one user, inputs ready to outputs, one thread, the \(SVGText.escape(times.backend)) backend, on: \
            \(SVGText.escape(times.machine)). Timed briefly while exporting, beside whatever else ran: good for a first \
            look, not for comparing machines.</p>
            <div class="plots">
            \(plots.map { "<div>\($0.svg())</div>" }.joined(separator: "\n"))
            </div>
            \(table.html())
            """
    }

    private static func seconds(_ value: Double) -> HTMLTable.Cell { .number(value, PlotUnit.seconds.text(value)) }
}
