import SlipwayInspect

/// What the package's numbers differ from float32 by.
package struct PrecisionFacts: Sendable {
    struct Output: Sendable {
        let name: String
        /// nil for an output of integers.
        let drift: DriftDistribution?
        /// Integer elements that differ, of how many.
        var differing: (count: Int, of: Int)?
        /// The label column, and the AUC of float32 and of the package.
        var quality: (label: String, before: Double, after: Double)?

        var facts: Fact {
            var facts: [String: Fact] = ["output": .string(name), "drift": drift.map(\.facts) ?? .null]
            if let differing {
                facts["integers"] = .object(["differing": .int(differing.count), "count": .int(differing.of)])
            }
            facts["auc"] =
                quality.map {
                    .object([
                        "label": .string($0.label), "float32": .double($0.before), "package": .double($0.after),
                        "change": .double($0.after - $0.before),
                    ])
                } ?? .null
            return .object(facts)
        }
    }

    /// Rows scored.
    let rows: Int
    /// Where they come from, for people.
    let source: String
    let notes: [String]
    let outputs: [Output]

    /// The outputs that scores are judged by: probabilities where there are some, else all.
    var judged: [Output] {
        let probabilities = outputs.filter { $0.name == "probs" || $0.name.hasPrefix("probs_") }
        return probabilities.isEmpty ? outputs : probabilities
    }

    /// The largest drift of the outputs that are judged.
    var largest: Double { judged.compactMap(\.drift?.largest).max() ?? 0 }

    var facts: Fact {
        .object([
            "rows": .int(rows), "source": .string(source), "notes": Fact(notes),
            "outputs": .array(outputs.map(\.facts)),
        ])
    }
}
