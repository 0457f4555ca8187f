import SlipwayInspect
import SlipwayPage

/// A report as one page that needs nothing else: styles, plots and the few lines of script are in it.
enum ReportPage {
    static func html(_ report: ExportReport) -> String {
        let name = report.modelKind + (report.part.isEmpty ? "" : " · \(report.part)")
        let sections: [(id: String, title: String, body: String)] = [
            ("model", "Model", model(report)),
            ("size", "Size", SizeSection.html(report.sizes)),
            (
                "precision", "Precision",
                PrecisionSection.html(report.precision, dense: report.densePart, precision: report.densePrecision)
            ),
            ("work", "Work", WorkSection.html(report.work)),
            ("time", "Time", TimeSection.html(report.times)),
            ("provenance", "Provenance", provenance(report)),
        ]
        return HTMLPage(
            title: "Export report: \(name)", heading: name,
            subtitle: "Export report · Slipway \(report.slipwayVersion) · \(report.createdAt)", tiles: tiles(report),
            sections: sections.map { HTMLPage.Section(id: $0.id, title: $0.title, body: $0.body) }
        ).html()
    }

    /// The few numbers that most readers come for.
    private static func tiles(_ report: ExportReport) -> [HTMLPage.Tile] {
        let sizes = report.sizes, work = report.work, precision = report.precision
        var tiles: [(title: String, value: String, note: String)] = [
            (
                "package", Quantity.bytes(sizes.packageBytes),
                "tables \(Quantity.bytes(sizes.after)), as float32 \(Quantity.bytes(sizes.before))"
            ),
            (
                "largest score drift", PlotUnit.number(precision.largest),
                "against float32 on \(Quantity.count(precision.rows, "row"))"
            ),
        ]
        let qualities = precision.outputs.compactMap(\.quality)
        if let worst = qualities.max(by: { abs($0.after - $0.before) < abs($1.after - $1.before) }) {
            tiles.append(
                (
                    "AUC change", signed(worst.after - worst.before),
                    "\(worst.label): \(auc(worst.before)) → \(auc(worst.after))"
                ))
        }
        let before = work.before.flops(candidates: work.candidates),
            after = work.after.flops(candidates: work.candidates)
        tiles.append(
            (
                "work a candidate", PlotUnit.flops.text(after / Double(work.candidates)),
                "\(PlotUnit.flops.text(before / Double(work.candidates))) before the passes"
            ))
        if let batch = report.times.batches.last(where: { $0.candidates <= work.candidates }) {
            tiles.append(
                (
                    "time of \(Quantity.count(batch.candidates, "candidate"))", PlotUnit.seconds.text(batch.median),
                    "median, one thread"
                ))
        }
        return tiles.map { HTMLPage.Tile(title: $0.title, value: $0.value, note: $0.note) }
    }

    static func auc(_ value: Double) -> String { fixed(value, 4) }

    static func signed(_ value: Double) -> String {
        value == 0 ? "0" : (value > 0 ? "+" : "−") + PlotUnit.number(abs(value))
    }

    private static func fixed(_ value: Double, _ digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let whole = Int((abs(value) * scale).rounded())
        let fraction = String(whole % Int(scale))
        return (value < 0 ? "−" : "") + "\(whole / Int(scale))."
            + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    private static func model(_ report: ExportReport) -> String {
        """
        <p>The model as it was built from its config. Boxes tell more when the pointer rests on them.</p>
        <label class="zoom"><input type="checkbox" id="actual"> actual size</label>
        <div class="scroll drawing">
        \(report.drawing)</div>
        """
    }

    private static func provenance(_ report: ExportReport) -> String {
        var rows: [(String, String)] = [
            ("checkpoint", report.checkpoint + (report.step.map { ", step \($0)" } ?? "")),
            ("outputs", report.outputs.joined(separator: ", ")),
            ("exported", "\(report.createdAt) by Slipway \(report.slipwayVersion)"),
        ]
        rows += report.acceleration.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        rows += report.notes.map { ("note", $0) }
        return HTMLPage.facts(rows)
    }
}
