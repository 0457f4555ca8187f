import SlipwayInspect
import SlipwayPage

/// What scoring computes and moves.
enum WorkSection {
    private static let plotted = 12

    static func html(_ work: WorkFacts) -> String {
        let sides =
            work.isTiled
            ? "User inputs come once a request: steps on the user's side run once, the others once a candidate."
            : "Every row brings its own user inputs, so that all steps run once a candidate; INPUT_TILE=3 would compute the "
                + "user's share once a request."
        return [
            "<p>Counted from the graph's ops for one request of \(Quantity.count(work.candidates, "candidate")), before and "
                + "after the compiler's passes. \(sides)</p>",
            bars(
                work, "Floating-point operations", "floating-point operations", .flops,
                request: \.flopsPerRequest, candidate: \.flopsPerCandidate),
            bars(
                work, "Bytes of values and table rows, as if every step ran on its own",
                "bytes read and written", .bytes, request: \.bytesPerRequest, candidate: \.bytesPerCandidate),
            stages(work),
            "<h3>By op, after the passes</h3>",
            BarPlot(
                title: "floating-point operations by op", quantity: "floating-point operations of the request",
                unit: .flops, series: ["after the passes"],
                rows: work.after.operations.filter { $0.flops > 0 }.prefix(plotted).map {
                    .init(label: "\($0.name) × \($0.steps)", values: [$0.flops])
                }
            ).svg(),
            "<details><summary>All ops</summary>\(operations(work))</details>",
        ].joined(separator: "\n")
    }

    private static func bars(
        _ work: WorkFacts, _ title: String, _ quantity: String, _ unit: PlotUnit,
        request: (WorkFacts.Stage) -> Double, candidate: (WorkFacts.Stage) -> Double
    ) -> String {
        var rows = [
            BarPlot.Row(label: "once a candidate", values: [candidate(work.before), candidate(work.after)])
        ]
        if work.isTiled {
            rows.append(.init(label: "once a request", values: [request(work.before), request(work.after)]))
            let count = Double(work.candidates)
            rows.append(
                .init(
                    label: "all of it, a candidate",
                    values: [work.before, work.after].map { request($0) / count + candidate($0) }))
        }
        let plot = BarPlot(
            title: title, quantity: quantity, unit: unit, series: ["before the passes", "after the passes"], rows: rows)
        return "<h3>\(SVGText.escape(title))</h3>\n\(plot.svg())"
    }

    private static func stages(_ work: WorkFacts) -> String {
        var table = HTMLTable([
            .text("graph"), .number("steps"), .number("FLOP a request"), .number("FLOP a candidate"),
            .number("bytes a request"), .number("bytes a candidate"), .number("dense weights read, a run"),
        ])
        for (name, stage) in [("before the passes", work.before), ("after the passes", work.after)] {
            table.rows.append([
                .text(name), .count(stage.steps), flops(stage.flopsPerRequest), flops(stage.flopsPerCandidate),
                bytes(stage.bytesPerRequest), bytes(stage.bytesPerCandidate), bytes(stage.weightBytes),
            ])
        }
        return table.html()
    }

    private static func operations(_ work: WorkFacts) -> String {
        var table = HTMLTable([.text("op"), .number("steps"), .number("FLOP"), .number("share"), .number("bytes")])
        let all = max(work.after.operations.reduce(0) { $0 + $1.flops }, 1)
        table.rows = work.after.operations.map {
            [
                .text($0.name), .count($0.steps), flops($0.flops),
                .number($0.flops / all, "\(PlotUnit.number($0.flops / all * 100)) %"), bytes($0.bytes),
            ]
        }
        return table.html()
    }

    private static func flops(_ value: Double) -> HTMLTable.Cell { .number(value, PlotUnit.flops.text(value)) }
    private static func bytes(_ value: Double) -> HTMLTable.Cell { .number(value, PlotUnit.bytes.text(value)) }
}
