import SlipwayInspect
import SlipwayPage

/// What a package weighs.
enum SizeSection {
    private static let plotted = 20

    static func html(_ sizes: SizeFacts) -> String {
        let ratio = sizes.after > 0 ? Double(sizes.before) / Double(sizes.after) : 1
        var parts = [
            "<p>The package takes \(Quantity.bytes(sizes.packageBytes)) without this report. Its "
                + "\(Quantity.count(sizes.tables.count, "embedding table")) would take \(Quantity.bytes(sizes.before)) as "
                + "float32 and take \(Quantity.bytes(sizes.after)), \(PlotUnit.number(ratio)) times less; "
                + "\(Quantity.count(sizes.denseCount, "number")) are dense weights.</p>"
        ]
        if !sizes.tables.isEmpty {
            let shown = sizes.tables.prefix(plotted), rest = sizes.tables.dropFirst(plotted)
            let rows = shown.map {
                BarPlot.Row(label: $0.name, values: [Double($0.before), Double($0.after)], detail: " as \($0.dtype)")
            }
            parts.append("<h3>Tables, before and after quantization</h3>")
            parts.append(
                BarPlot(
                    title: "bytes of each embedding table as float32 and as stored", quantity: "size of the table",
                    unit: .bytes, series: ["as float32", "as stored"], rows: rows
                ).svg())
            if !rest.isEmpty {
                let before = rest.reduce(0) { $0 + $1.before }, after = rest.reduce(0) { $0 + $1.after }
                parts.append(
                    "<p class=\"faint\">The largest \(plotted); \(Quantity.count(rest.count, "other")) take "
                        + "\(Quantity.bytes(before)) as float32 and \(Quantity.bytes(after)) as stored.</p>")
            }
            parts.append("<h3>By stored type</h3>" + dtypes(sizes))
            parts.append(
                "<details><summary>All \(Quantity.count(sizes.tables.count, "table"))</summary>\(tables(sizes))</details>"
            )
        }
        parts.append("<h3>Files</h3>" + files(sizes))
        return parts.joined(separator: "\n")
    }

    private static func dtypes(_ sizes: SizeFacts) -> String {
        var table = HTMLTable([
            .text("stored as"), .number("tables"), .number("as float32"), .number("as stored"),
            .number("share of the package"),
        ])
        table.rows = sizes.byDType.map {
            [.text($0.dtype), .count($0.tables), .bytes($0.before), .bytes($0.after), share($0.after, sizes)]
        }
        table.total = [
            .text("all"), .count(sizes.tables.count), .bytes(sizes.before), .bytes(sizes.after),
            share(sizes.after, sizes),
        ]
        return table.html()
    }

    private static func tables(_ sizes: SizeFacts) -> String {
        var table = HTMLTable([
            .text("table"), .number("rows"), .number("width"), .text("stored as"), .number("as float32"),
            .number("as stored"), .number("share of the package"),
        ])
        table.rows = sizes.tables.map {
            [
                .text($0.name, detail: $0.fullName), .count($0.rows), .count($0.width), .text($0.dtype),
                .bytes($0.before), .bytes($0.after), share($0.after, sizes),
            ]
        }
        return table.html()
    }

    private static func files(_ sizes: SizeFacts) -> String {
        var table = HTMLTable([.text("file"), .number("size"), .number("share")])
        table.rows = sizes.files.map { [.text($0.path), .bytes($0.bytes), share($0.bytes, sizes)] }
        return table.html()
    }

    private static func share(_ bytes: Int, _ sizes: SizeFacts) -> HTMLTable.Cell {
        .number(Double(bytes), Quantity.share(bytes, of: sizes.packageBytes))
    }
}
