import Foundation
import SlipwayArtifact
import SlipwayBackendAOT
import SlipwayCheckpoint
import SlipwayConfig
import SlipwayCore
import SlipwayFeatures
import SlipwayGraph
import SlipwayModels

/// The recipe: pipeline config and checkpoint to a package. Nothing is written until everything that can be checked
/// without reading tensors is checked, and the export directory appears whole or not at all.
public struct Exporter {
    private let request: ExportRequest
    private let report: (ExportEvent) -> Void

    /// Runs `request`. `report` is called on the same thread.
    public static func run(
        _ request: ExportRequest, report: @escaping (ExportEvent) -> Void = { _ in }
    ) throws -> ExportSummary {
        try Exporter(request: request, report: report).run()
    }

    private func run() throws -> ExportSummary {
        try refuseExistingDirectory()
        let flags = try AccelerationFlags(environment: request.environment)
        for warning in flags.warnings { report(.warning("\(warning)")) }
        try ExportLimits.check(flags)
        let compilation = try aheadOfTime(flags)

        let text = try configText()
        let config = try loadConfig()
        guard let kind = ModelKind(of: config.modelConfig) else {
            throw SlipwayError(
                .invalidConfig, "model_config names no model", fix: "set one, for example multi_tower {}")
        }
        let additional =
            try request.additionalExportConfig.map {
                try ModelAccEntry.parse(json: $0, called: "--additional_export_config")
            } ?? []
        try AccelerationFlags.check(additional: additional, for: kind)
        let checkpoint = try chooseCheckpoint(config)
        let features = try FeatureSet.make(config)
        let options = ModelOptions(
            bagTables: flags.quantizesBagTables ? flags.bagTableDType.storage : nil,
            sequenceTables: flags.quantizesSequenceTables ? flags.sequenceTableDType.storage : nil,
            weightedFeatures: request.weightedFeatures, isTiled: flags.inputTile != .off)
        warnAboutWeights(features, options)
        let parts = try ModelCatalogue.parts(
            ModelContext(config: config, features: features, options: options), kind: kind.name)
        for part in parts { _ = try ParameterWriter.layout(part.graph) }

        let source = try CheckpointFolder.open(path: checkpoint.path, useDenseEMA: usesDenseEMA(config, checkpoint))
        try checkParameters(parts, source, kind: kind.name)
        for note in parts.flatMap(\.notes) { report(.warning(note)) }

        let folder = try ExportFolder(directory: request.exportDirectory, parts: parts.map(\.name))
        defer { folder.abandon() }
        var progress = ProgressCounter(total: totalBytes(parts), report: report)
        var summaries: [ExportSummary.Part] = []
        for part in parts {
            let recipe = PartRecipe(
                request: request, config: config, configText: text, kind: kind.name,
                accelerationText: flags.modelAccJSON(additional: additional),
                acceleration: flags.modelAccEntries(additional: additional), checkpoint: checkpoint, source: source,
                compilation: compilation, report: report)
            summaries.append(
                try withContext(part.name.isEmpty ? "exporting the model" : "exporting part \(part.name)") {
                    try recipe.write(part, to: folder.path(of: part.name)) { progress.add($0) }
                })
        }
        progress.finish()
        try folder.finish()
        return ExportSummary(
            directory: request.exportDirectory, modelKind: kind.name, checkpoint: checkpoint.path, parts: summaries)
    }
}

// MARK: Reading

extension Exporter {
    /// How to compile the model, when it is asked for. Looks for the compiler before anything is read.
    private func aheadOfTime(_ flags: AccelerationFlags) throws -> AOTExport? {
        let targets = try request.targets.map { try AOTTarget.list($0) }
        guard let mode = ModelSource.Mode(rawValue: flags.aheadOfTime.rawValue) else {
            if targets != nil {
                report(.warning("--target has no effect: ENABLE_AOT is not set"))
            }
            return nil
        }
        return AOTExport(
            mode: mode, targets: targets ?? AOTTarget.native, compiler: try Clang(environment: request.environment),
            maxBatchSize: flags.maxExportBatchSize, keepsSource: request.keepsSource)
    }

    private func refuseExistingDirectory() throws {
        guard !FileManager.default.fileExists(atPath: request.exportDirectory) else {
            throw SlipwayError(
                .alreadyExists, "directory \(request.exportDirectory) already exist.",
                fix: "choose another --export_dir, or remove the directory")
        }
    }

    private func configText() throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: request.pipelineConfigPath) else {
            throw SlipwayError(
                .notFound, "pipeline config \(request.pipelineConfigPath) does not exist or cannot be read",
                fix: "check --pipeline_config_path")
        }
        return Array(data)
    }

    private func loadConfig() throws -> TzrecEasyRecConfig {
        var (config, warnings) = try PipelineConfig.load(path: request.pipelineConfigPath)
        if let edits = request.editConfigJSON {
            let edited = try PipelineConfig.apply(edits: try ConfigEdit.parse(json: edits), to: config)
            config = edited.config
            warnings += edited.warnings
        }
        warnings += try PipelineConfig.validate(config)
        for warning in warnings { report(.warning("\(warning)")) }
        return config
    }

    private func chooseCheckpoint(_ config: TzrecEasyRecConfig) throws -> ChosenCheckpoint {
        let export = config.exportConfig
        let chosen = try CheckpointChooser.resolve(
            modelDir: config.modelDir, checkpointPath: request.checkpointPath, exporterType: export.exporterType,
            bestExporterMetric: export.hasBestExporterMetric ? export.bestExporterMetric : nil,
            metricLargerIsBetter: export.metricLargerIsBetter)
        if let note = chosen.note { report(.note(note)) }
        report(.note("checkpoint \(chosen.path)"))
        return ChosenCheckpoint(path: chosen.path, step: chosen.step)
    }

    /// `export_config.use_dense_ema` when it is set, else whether training kept averages. As upstream, a checkpoint without
    /// averages is exported as it is, with a warning.
    private func usesDenseEMA(_ config: TzrecEasyRecConfig, _ checkpoint: ChosenCheckpoint) -> Bool {
        let export = config.exportConfig
        guard export.hasUseDenseEma ? export.useDenseEma : config.trainConfig.denseOptimizer.hasEma else {
            return false
        }
        guard CheckpointFolder.hasDenseEMA(path: checkpoint.path) else {
            report(
                .warning(
                    "checkpoint \(checkpoint.path) has no dense_ema; its parameters are exported without averaging"))
            return false
        }
        return true
    }
}

// MARK: Checking

extension Exporter {
    private func warnAboutWeights(_ features: FeatureSet, _ options: ModelOptions) {
        let weighted = features.features.filter(\.isWeighted).map(\.name)
        guard !weighted.isEmpty, options.weightedFeatures == .asExported else { return }
        report(
            .warning(
                "weighted features \(weighted.joined(separator: ", ")): TorchEasyRec trains with their weights but its "
                    + "exported models ignore them, and so does this package; --weighted-features as-trained uses them")
        )
    }

    private func checkParameters(_ parts: [ModelPart], _ source: any TensorSource, kind: String) throws {
        let check = ParameterCheck(source: source)
        try check.check(parts.map(\.graph))
        let unused = try check.unused(parts.map(\.graph)) { try ModelCatalogue.isTrainingOnly($0, kind: kind) }
        guard !unused.isEmpty else { return }
        let shown = unused.prefix(5).map { name in
            "\(name) \(source.tensors[name]?.shape ?? [])"
        }.joined(separator: ", ")
        let message =
            "the checkpoint holds \(unused.count) parameters that the config does not account for: \(shown)"
            + (unused.count > 5 ? ", …" : "")
        guard request.allowUnusedParameters else {
            throw SlipwayError(
                .mismatch, message,
                fix: "use the config the checkpoint was trained with, or pass --allow-unused-parameters")
        }
        report(.warning(message))
    }

    /// Checkpoint bytes an export reads, as float32.
    private func totalBytes(_ parts: [ModelPart]) -> Int {
        parts.flatMap { part in part.graph.parameters.map { part.graph.type($0.value) } }
            .reduce(0) { $0 + $1.dimensions.compactMap(\.size).reduce(4, *) }
    }
}

extension TableDType {
    /// How rows of this type are stored.
    var storage: DType {
        switch self {
        case .fp32: return .f32
        case .fp16: return .f16
        case .int8: return .q8
        case .int4: return .q4
        case .int2: return .q2
        }
    }
}

/// The checkpoint an export reads.
struct ChosenCheckpoint {
    let path: String
    let step: Int?
}

/// Adds up progress and reports it.
private struct ProgressCounter {
    let total: Int
    let report: (ExportEvent) -> Void
    private var done = 0

    init(total: Int, report: @escaping (ExportEvent) -> Void) {
        self.total = total
        self.report = report
    }

    mutating func add(_ bytes: Int) {
        // A weight that goes into several others is read for each; what no output needs is not read at all.
        done = min(done + bytes, max(total - 1, 0))
        report(.progress(done: done, total: total))
    }

    mutating func finish() {
        done = total
        report(.progress(done: done, total: total))
    }
}
