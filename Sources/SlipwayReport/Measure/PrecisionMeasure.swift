import SlipwayConfig
import SlipwayCore
import SlipwayGraph
import SlipwayRuntime

/// Scores the same rows in float32 and with the package.
enum PrecisionMeasure {
    /// Elements kept of one output at most.
    private static let elementLimit = 1 << 20

    static func run(
        _ rows: SampleRows, reference: Predictor, package: Predictor, labels: [String: String]
    ) throws -> PrecisionFacts {
        let scratches = (PredictorScratch(for: reference), PredictorScratch(for: package))
        let names = package.graph.outputs.map(\.name).filter { $0 != JaggedOutputs.lengthsName }
        var exact: [String: [Float]] = [:], own: [String: [Float]] = [:]
        var differing: [String: (count: Int, of: Int)] = [:]
        for batch in rows.batches {
            let first = try reference.run(batch, scratch: scratches.0)
            let second = try package.run(batch, scratch: scratches.1)
            for name in names {
                guard let a = first[name], let b = second[name], a.shape == b.shape else {
                    throw SlipwayError(.mismatch, "output \(name) is not the same in float32 and in the package")
                }
                if a.isInteger {
                    let known = differing[name] ?? (0, 0)
                    differing[name] = (known.count + zip(a.ints, b.ints).count { $0 != $1 }, known.of + a.ints.count)
                } else if exact[name, default: []].count + a.floats.count <= elementLimit {
                    exact[name, default: []] += a.floats
                    own[name, default: []] += b.floats
                }
            }
        }
        let outputs = names.map { name -> PrecisionFacts.Output in
            let a = exact[name] ?? [], b = own[name] ?? []
            var output = PrecisionFacts.Output(
                name: name, drift: differing[name] == nil ? DriftDistribution(actual: b, reference: a) : nil,
                differing: differing[name])
            if let label = labels[name], let column = rows.labels[label],
                let before = RankQuality.auc(a, labels: column), let after = RankQuality.auc(b, labels: column)
            {
                output.quality = (label, before, after)
            }
            return output
        }
        let source: String
        switch rows.source {
        case .file(let path): source = "rows of \(path)"
        case .madeUp(let seed): source = "made-up rows, seed \(seed)"
        }
        return PrecisionFacts(rows: rows.rowCount, source: source, notes: rows.notes, outputs: outputs)
    }
}
