import SlipwayInspect

extension VerifyReport {
    /// Stored weights that differ are listed up to here.
    private static let listed = 10

    /// The report for people, plain text, no newline at the end.
    public func text() -> String {
        let rows = parts.flatMap(\.outputs).map(\.rows).max()
        let replayed =
            rows.map { count in
                "\(Quantity.count(count, "row")) "
                    + (data.map { "of \($0)" } ?? "made up from seed \(seed)")
            } ?? "none"
        let head = TextTable(pairs: [
            ("package", "\(package) (\(modelKind))"), ("checkpoint", checkpoint), ("replayed", replayed),
            ("tolerance", "\(Quantity.number(tolerance)) of max(1, |reference|)"),
        ]).text()
        var sections = [head, weightTable()]
        sections += parts.compactMap(differing)
        if rows != nil { sections.append(outputTable()) }
        sections.append(verdict)
        return sections.joined(separator: "\n\n")
    }

    private func weightTable() -> String {
        var table = TextTable([
            .text("part"), .number("tables"), .number("weights"), .number("bytes"), .text("stored weights"),
            .text("graph"),
        ])
        for part in parts {
            let count = part.weights.differences.count
            table.add([
                part.displayName, String(part.weights.tables), String(part.weights.dense),
                Quantity.bytes(part.weights.bytes), count == 0 ? "the checkpoint's" : "\(count) DIFFER",
                part.isGraphEqual ? "the config's" : "another than the config's",
            ])
        }
        return table.text()
    }

    private func differing(_ part: PartVerification) -> String? {
        guard !part.weights.differences.isEmpty else { return nil }
        var table = TextTable([.text("weight of \(part.displayName)"), .text("problem")])
        for difference in part.weights.differences.prefix(Self.listed) {
            table.add([difference.name, difference.problem])
        }
        let rest = part.weights.differences.count - Self.listed
        return table.text() + (rest > 0 ? "\nand \(Quantity.count(rest, "other"))" : "")
    }

    private func outputTable() -> String {
        let hasDrift = parts.contains { $0.outputs.contains { $0.drift != nil } }
        var columns: [TextTable.Column] = [
            .text("part"), .text("output"), .number("rows"), .number("largest"), .number("relative"), .number("mean"),
            .number("worst row"),
        ]
        if hasDrift { columns.append(.number("drift")) }
        var table = TextTable(columns + [.text("")])
        for part in parts {
            for output in part.outputs {
                var cells = [
                    part.displayName, output.name, String(output.rows), Quantity.difference(output.largest),
                    Quantity.difference(output.largestRelative), Quantity.difference(output.mean),
                    output.worstRow.map(String.init) ?? "-",
                ]
                if hasDrift { cells.append(output.drift.map(Quantity.difference) ?? "-") }
                table.add(cells + [output.judged <= tolerance ? "equal" : "DIFFERS"])
            }
        }
        let note = "drift: what quantization alone changes, float32 tables against stored ones; not judged"
        return table.text() + (hasDrift ? "\n\(note)" : "")
    }

    private var verdict: String {
        isEqual ? "equal: the package is the checkpoint's" : "DIFFERENT: the package is not what this checkpoint gives"
    }

    /// One JSON object with the same facts, keys in snake case and sorted.
    public func json() throws -> String {
        let parts = self.parts.map { part in
            Fact.object([
                "part": .string(part.displayName), "graph_equal": .bool(part.isGraphEqual),
                "tables": .int(part.weights.tables), "dense_weights": .int(part.weights.dense),
                "bytes": .int(part.weights.bytes),
                "differing_weights": .array(
                    part.weights.differences.map {
                        .object(["name": .string($0.name), "problem": .string($0.problem)])
                    }),
                "outputs": .array(part.outputs.map(fact)),
            ])
        }
        return try Fact.object([
            "package": .string(package), "checkpoint": .string(checkpoint), "model_kind": .string(modelKind),
            "data": Fact(data), "seed": data == nil ? .string(String(seed)) : .null, "tolerance": .double(tolerance),
            "equal": .bool(isEqual), "parts": .array(parts),
        ]).json()
    }

    private func fact(_ output: OutputDifference) -> Fact {
        .object([
            "output": .string(output.name), "rows": .int(output.rows), "largest": .double(output.largest),
            "largest_relative": .double(output.largestRelative), "mean": .double(output.mean),
            "judged": .double(output.judged), "worst_row": Fact(output.worstRow),
            "drift": output.drift.map(Fact.double) ?? .null, "equal": .bool(output.judged <= tolerance),
        ])
    }
}
