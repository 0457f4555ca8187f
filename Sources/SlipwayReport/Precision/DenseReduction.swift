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
    private let note: (String) -> Void

    /// Rows that drift is measured on at most: multiplying by definition takes its time.
    private static let mostRows = 256

    /// What is chosen before tables are quantized may drift a little more with them.
    private static let margin = 0.8

    public init(
        _ settings: PrecisionSettings, warn: @escaping (String) -> Void, note: @escaping (String) -> Void = { _ in }
    ) {
        self.settings = settings
        self.warn = warn
        self.note = note
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
        guard precision == .int8 else {
            return try Dictionary(
                layers.inputs.map { parameter, _ in (parameter.name, .bf16(try part.weight(parameter))) },
                uniquingKeysWith: { first, _ in first })
        }
        return try int8(part, layers)
    }

    /// Layers in int8, but for those that scores would drift too far with.
    private func int8(_ part: PlannedPart, _ layers: LayerInputs) throws -> [String: ReducedWeight] {
        let rows = try rows(for: part)
        let model = try FloatModel(part.packaged.graph, dense: part.dense(), source: part.source, inputs: rows.batches)
        let calibrations = try layers.calibrate(model, rows.batches)
        let both = try layers.inputs.compactMap { parameter, _ -> LayerChoice.Layer? in
            guard let calibration = calibrations[parameter.name] else { return nil }
            let weight = try part.weight(parameter)
            return LayerChoice.Layer(
                name: parameter.name, int8: .int8(weight, input: calibration.range), bf16: .bf16(weight),
                work: Double(weight.count) * Double(calibration.rows))
        }
        let all = Dictionary(both.map { ($0.name, $0.int8) }, uniquingKeysWith: { first, _ in first })
        guard !settings.allowsScoreDrift else { return all }
        let exact = try Predictor(graph: model.graph, dense: model.dense, tables: model.tables, badIDs: .map)
        let choice = LayerChoice(layers: both) { reduced in
            let own = try Predictor(
                graph: model.graph, dense: model.dense, tables: model.tables, reduced: reduced, emulatesReduced: true,
                badIDs: .map)
            let facts = try PrecisionMeasure.run(rows, reference: exact, package: own, labels: [:])
            return LayerChoice.Drift(
                largest: facts.judged.map(Self.relative).max() ?? 0,
                meanSquare: facts.judged.reduce(0) { $0 + ($1.drift.map { $0.meanSquare } ?? 0) })
        }
        // Where no choice will do, what was asked for is what is refused.
        guard let chosen = try choice.within(settings.maxScoreDrift * Self.margin) else { return all }
        if !chosen.kept.isEmpty {
            note(
                "\(chosen.kept.count) of \(both.count) layers stay bf16, so that scores drift by no more than "
                    + "\(Quantity.difference(settings.maxScoreDrift)): \(chosen.kept.joined(separator: ", ")); "
                    + "--allow-score-drift makes all of them int8")
        }
        return chosen.weights
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
