import SlipwayInspect
import SlipwayPage

/// How far a package's scores lie from float32.
enum PrecisionSection {
    /// Outputs with a histogram of their own.
    private static let plotted = 8

    static func html(_ facts: PrecisionFacts, dense: PrecisionFacts?, precision: String?) -> String {
        var parts = [
            "<p>The same \(Quantity.count(facts.rows, "row")) (\(SVGText.escape(facts.source))) scored with the weights as "
                + "training left them, in float32, and with the package. Drift is the package's score minus that of "
                + "float32.</p>"
        ]
        parts += facts.notes.map { "<p class=\"note\">\(SVGText.escape($0))</p>" }
        parts.append(drifts(facts))
        if let table = qualities(facts) { parts.append(table) }
        let drifting = facts.outputs.filter { ($0.drift?.largest ?? 0) > 0 }
        let plots = drifting.prefix(plotted).compactMap { output in output.drift.map { plot(output.name, $0) } }
        if !plots.isEmpty { parts.append("<div class=\"plots\">\n\(plots.joined(separator: "\n"))\n</div>") }
        if drifting.isEmpty { parts.append("<p>No score differs: the package computes what float32 does.</p>") }
        if drifting.count > plotted {
            parts.append("<p>Plots of the first \(plotted) outputs; the table and report.json have all.</p>")
        }
        if let dense, let precision {
            parts.append("<h3>The dense part as \(SVGText.escape(precision))</h3>")
            parts.append(
                "<p>The same package with its layers in float32, against its layers in \(SVGText.escape(precision)), inputs "
                    + "rounded as on machines with instructions for it, on \(Quantity.count(dense.rows, "row")). Machines without "
                    + "multiply in float32 and drift less.</p>")
            parts.append(drifts(dense))
        }
        return parts.joined(separator: "\n")
    }

    private static func plot(_ name: String, _ drift: DriftDistribution) -> String {
        let plot = HistogramPlot(
            title: "how many scores of \(name) drift by how much", quantity: "score of the package − score in float32",
            low: -drift.limit, high: drift.limit, counts: drift.bins)
        return "<div><h3>Score drift of \(SVGText.escape(name))</h3>\n\(plot.svg())</div>"
    }

    private static func drifts(_ facts: PrecisionFacts) -> String {
        let hasIntegers = facts.outputs.contains { $0.differing != nil }
        var columns: [HTMLTable.Column] = [.text("output"), .number("float32 range"), .number("mean drift")]
        columns += DriftDistribution.shares.map { .number("\(PlotUnit.number($0 * 100)) % within") }
        columns.append(.number("largest"))
        if hasIntegers { columns.append(.number("integers that differ")) }
        var table = HTMLTable(columns)
        for output in facts.outputs {
            var cells: [HTMLTable.Cell] = [.text(output.name)]
            if let drift = output.drift {
                let range = drift.referenceRange
                cells += [
                    .number(
                        range.upperBound,
                        "\(PlotUnit.number(range.lowerBound)) … \(PlotUnit.number(range.upperBound))"),
                    .number(drift.mean, ReportPage.signed(drift.mean)),
                ]
                cells += drift.quantiles.map { .number($0.value, PlotUnit.number($0.value)) }
                cells.append(.number(drift.largest, PlotUnit.number(drift.largest)))
            } else {
                cells += columns[1...(3 + DriftDistribution.shares.count)].map { _ in .text("") }
            }
            if hasIntegers {
                cells.append(output.differing.map { .number(Double($0.count), "\($0.count) of \($0.of)") } ?? .text(""))
            }
            table.rows.append(cells)
        }
        return table.html()
    }

    /// Nothing where no output has labels.
    private static func qualities(_ facts: PrecisionFacts) -> String? {
        var table = HTMLTable([
            .text("output"), .text("label"), .number("AUC float32"), .number("AUC package"), .number("change"),
        ])
        for output in facts.outputs {
            guard let quality = output.quality else { continue }
            table.rows.append([
                .text(output.name), .text(quality.label), .number(quality.before, ReportPage.auc(quality.before)),
                .number(quality.after, ReportPage.auc(quality.after)),
                .number(quality.after - quality.before, ReportPage.signed(quality.after - quality.before)),
            ])
        }
        return table.rows.isEmpty ? nil : "<h3>AUC</h3>\n" + table.html()
    }
}
