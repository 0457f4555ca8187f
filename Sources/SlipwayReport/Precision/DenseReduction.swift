package import SlipwayArtifact
import SlipwayConfig
import SlipwayCore
package import SlipwayExport
import SlipwayGraph
import SlipwayInspect
import SlipwayModels
import SlipwayRuntime

/// Stores the layers of an export in fewer bits where that is asked for, and holds their scores against float32.
public struct DenseReduction {
    private let settings: PrecisionSettings
    private let warn: (String) -> Void

    /// Rows that drift is measured on at most: multiplying by definition takes its time.
    private static let mostRows = 256

    public init(_ settings: PrecisionSettings, warn: @escaping (String) -> Void) {
        self.settings = settings
        self.warn = warn
    }

    private var sample: ReportSettings {
        var sample = settings.sample
        sample.rows = min(sample.rows, Self.mostRows)
        return sample
    }

    /// The weights of `part` in fewer bits; none where float32 is asked for. Throws what reading rows and config throws.
    package func weights(of part: PlannedPart) throws -> [String: ReducedWeight] {
        try checkArguments()
        let precision = try settings.precision ?? .configured(part.config)
        guard precision != .fp32 else { return [:] }
        let train = part.config.trainConfig.mixedPrecision
        if settings.precision == nil, train != part.config.exportConfig.mixedPrecision {
            warn(
                "export_config.mixed_precision is \(part.config.exportConfig.mixedPrecision), but the model was trained with "
                    + (train.isEmpty ? "float32" : train))
        }
        let graph = part.packaged.graph, layers = LayerInputs(graph)
        guard !layers.inputs.isEmpty else {
            warn("no layer is large enough for \(precision.rawValue); the dense part is stored as float32")
            return [:]
        }
        var ranges: [String: ReducedWeight.InputRange] = [:]
        if precision == .int8 {
            let rows = try rows(for: part)
            let model = try FloatModel(graph, dense: part.dense(), source: part.source, inputs: rows.batches)
            ranges = try layers.ranges(model, rows.batches)
        }
        return try Dictionary(
            layers.inputs.map { parameter, _ in
                let weight = try part.weight(parameter)
                return (parameter.name, ranges[parameter.name].map { .int8(weight, input: $0) } ?? .bf16(weight))
            }, uniquingKeysWith: { first, _ in first })
    }

    /// How far the scores of a part in fewer bits lie from those of the same part in float32; nil where it is in float32.
    ///
    /// Measured with inputs rounded as on machines with the instructions, whatever this machine has. Throws `mismatch` where
    /// it is more than may be.
    package func check(_ staged: StagedPart) throws -> PrecisionFacts? {
        let package = staged.package
        guard let name = package.manifest.densePrecision else { return nil }
        let rows = try rows(for: staged.planned)
        let own = try FloatModel(package, inputs: rows.batches)
        let dense = own.dense.merging(try staged.planned.dense()) { $1 }
        let exact = try Predictor(graph: own.graph, dense: dense, tables: own.tables, badIDs: .map)
        let reduced = try Predictor(
            graph: own.graph, dense: own.dense, tables: own.tables, reduced: package.reduced, emulatesReduced: true,
            badIDs: .map)
        let facts = try PrecisionMeasure.run(
            rows, reference: exact, package: reduced,
            labels: LabelColumn.byOutput(staged.planned.config))
        let worst = facts.judged.map { ($0.name, Self.relative($0)) }.max { $0.1 < $1.1 }
        guard let (output, drift) = worst, !(drift <= settings.maxScoreDrift) else { return facts }
        let message =
            "with the dense part as \(name), output \(output) drifts by \(Quantity.difference(drift)) from float32 on "
            + "\(Quantity.count(facts.rows, "row")) (\(facts.source)); at most "
            + "\(Quantity.difference(settings.maxScoreDrift)) is allowed"
        guard settings.allowsScoreDrift else {
            throw SlipwayError(
                .mismatch, message,
                fix: "export with --dense-precision fp32, or accept it with --max-score-drift or --allow-score-drift")
        }
        warn(message)
        return facts
    }

    private func rows(for part: PlannedPart) throws -> SampleRows {
        let labels = LabelColumn.byOutput(part.config)
        return try SampleRows(
            part.part.graph, dense: part.dense(), config: part.config, labels: Set(labels.values).sorted(),
            settings: sample)
    }

    /// The largest drift, relative to scores where these are above 1; infinite where a score is no number. Of integers, the
    /// share that differs.
    private static func relative(_ output: PrecisionFacts.Output) -> Double {
        if let differing = output.differing { return Double(differing.count) / Double(max(differing.of, 1)) }
        guard let drift = output.drift else { return 0 }
        guard drift.nanCount == 0 else { return .infinity }
        let range = drift.referenceRange
        return drift.largest / max(1, abs(range.lowerBound), abs(range.upperBound))
    }

    private func checkArguments() throws {
        guard settings.maxScoreDrift >= 0, settings.maxScoreDrift.isFinite else {
            throw SlipwayError(
                .invalidArgument, "the largest score drift is \(settings.maxScoreDrift)",
                fix: "pass --max-score-drift with a number from 0 on")
        }
    }
}
