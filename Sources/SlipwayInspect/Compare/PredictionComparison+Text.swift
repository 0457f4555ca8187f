import SlipwayCore

extension PredictionComparison {
    /// The report for people: a table of the columns, and a last line with the largest difference and the verdict. No
    /// newline at the end.
    public func text() -> String {
        var pairs: [(name: String, value: String)] = [
            ("expected", "\(expectedPath): \(Quantity.count(expectedRowCount, "row"))"),
            ("actual", "\(actualPath): \(Quantity.count(actualRowCount, "row"))"),
            ("matched by", key.map { "\($0)\(isReordered ? ", rows are in another order" : "")" } ?? "row order"),
        ]
        if onlyExpectedRowCount > 0 { pairs.append(("rows missing", rows(onlyExpectedRowCount))) }
        if onlyActualRowCount > 0 { pairs.append(("rows extra", rows(onlyActualRowCount))) }
        if !missingColumns.isEmpty { pairs.append(("columns missing", missingColumns.joined(separator: ", "))) }
        if !extraColumns.isEmpty { pairs.append(("columns extra", extraColumns.joined(separator: ", "))) }
        var sections = [TextTable(pairs: pairs).text()]
        if !columns.isEmpty { sections.append(columnTable()) }
        let mismatches = columns.compactMap { column in
            column.firstMismatch.map { (name: column.name, value: $0) }
        }
        if !mismatches.isEmpty {
            sections.append("first mismatches\n\(TextTable(pairs: mismatches).text(indent: "  "))")
        }
        return (sections + [verdict]).joined(separator: "\n\n")
    }

    private func rows(_ count: Int) -> String {
        unmatchedKeys.isEmpty ? Quantity.count(count) : "\(Quantity.count(count)); unmatched: \(unmatchedKeys.joined(separator: ", "))"
    }

    private func columnTable() -> String {
        var table = TextTable([
            .text("column"), .text("type"), .number("absolute"), .number("relative"), .text("at"), .number("nan"),
            .number("other"), .text("verdict"),
        ])
        for column in columns {
            let type = column.expectedType == column.actualType
                ? column.expectedType : "\(column.expectedType) / \(column.actualType)"
            table.add([
                column.name, type, column.largestAbsolute.map { Quantity.difference($0.value) } ?? "-",
                column.largestRelative.map { Quantity.difference($0.value) } ?? "-",
                (column.largestRelative?.value ?? 0) > 0 ? column.largestRelative.map { "\($0.place)" } ?? "-" : "-",
                String(column.nanMismatches), String(column.otherMismatches),
                column.isWithin(tolerance) ? "ok" : "differs",
            ])
        }
        return table.text()
    }

    /// One line: the largest difference, and what stands against the verdict.
    private var verdict: String {
        let bound = Quantity.difference(tolerance)
        var text = "largest difference none"
        if let (column, peak) = largest {
            text = "largest difference \(Quantity.difference(peak.value))"
            if peak.value > 0 { text += " in \(VisibleText.line(column.name)) at \(peak.place)" }
        }
        var problems: [String] = []
        if let peak = largest?.peak, peak.value > tolerance { problems.append("over the tolerance of \(bound)") }
        let nans = columns.reduce(0) { $0 + $1.nanMismatches }
        let others = columns.reduce(0) { $0 + $1.otherMismatches }
        if nans > 0 { problems.append(Quantity.count(nans, "NaN mismatch", plural: "NaN mismatches")) }
        if others > 0 { problems.append(Quantity.count(others, "other mismatch", plural: "other mismatches")) }
        if !missingColumns.isEmpty { problems.append(Quantity.count(missingColumns.count, "missing column")) }
        if !extraColumns.isEmpty { problems.append(Quantity.count(extraColumns.count, "extra column")) }
        let unmatched = onlyExpectedRowCount + onlyActualRowCount
        if unmatched > 0 { problems.append("\(Quantity.count(unmatched, "row")) without a partner") }
        if columns.isEmpty { problems.append("no column to compare") }
        return problems.isEmpty ? "\(text): within \(bound)" : "\(text): \(problems.joined(separator: ", "))"
    }
}
