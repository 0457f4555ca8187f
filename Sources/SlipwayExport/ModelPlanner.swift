import Foundation
import SlipwayCheckpoint
import SlipwayConfig
import SlipwayCore
import SlipwayFeatures
import SlipwayGraph
import SlipwayModels

/// Makes a `ModelPlan`: reads the config, chooses the checkpoint, builds the graphs and compares them with it.
struct ModelPlanner {
    let request: ExportRequest
    /// Taken in place of the file at the request's path.
    let givenConfig: TzrecEasyRecConfig?
    let report: (ExportEvent) -> Void

    func plan() throws -> ModelPlan {
        let flags = try AccelerationFlags(environment: request.environment)
        for warning in flags.warnings { report(.warning("\(warning)")) }
        try ExportLimits.check(flags)

        let text = try givenConfig == nil ? configText() : []
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
        if flags.inputTile != .off || flags.inputTile3Online { try ModelCatalogue.checkTile(kind: kind.name) }
        let checkpoint = try chooseCheckpoint(config)
        let features = try FeatureSet.make(config)
        let options = ModelOptions(
            bagTables: flags.quantizesBagTables ? flags.bagTableDType.storage : nil,
            sequenceTables: flags.quantizesSequenceTables ? flags.sequenceTableDType.storage : nil,
            weightedFeatures: request.weightedFeatures, isTiled: flags.inputTile != .off)
        warnAboutWeights(features, options)
        warnAboutUnknownIDs(features)
        let dynamic = try DynamicTables(checkpoint: checkpoint.path)
        let parts = try ModelCatalogue.parts(
            ModelContext(config: config, features: features, options: options, dynamicRows: dynamic.rowCounts),
            kind: kind.name)
        for part in parts { _ = try ParameterWriter.layout(part.graph) }

        let stored = try CheckpointFolder.open(path: checkpoint.path, useDenseEMA: usesDenseEMA(config, checkpoint))
        let source = try dynamic.source(over: stored, widths: tableWidths(parts))
        try checkParameters(parts, source, kind: kind.name)
        for note in parts.flatMap(\.notes) { report(.warning(note)) }
        return ModelPlan(
            config: config, configText: text, kind: kind.name, flags: flags, additional: additional,
            checkpoint: checkpoint, features: features, parts: parts, source: source)
    }
}

// MARK: Reading

extension ModelPlanner {
    private func configText() throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: request.pipelineConfigPath) else {
            throw SlipwayError(
                .notFound, "pipeline config \(request.pipelineConfigPath) does not exist or cannot be read",
                fix: "check --pipeline_config_path")
        }
        return Array(data)
    }

    private func loadConfig() throws -> TzrecEasyRecConfig {
        var (config, warnings) =
            try givenConfig.map { ($0, []) } ?? PipelineConfig.load(path: request.pipelineConfigPath)
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

extension ModelPlanner {
    private func warnAboutWeights(_ features: FeatureSet, _ options: ModelOptions) {
        let weighted = features.features.filter(\.isWeighted).map(\.name)
        guard !weighted.isEmpty, options.weightedFeatures == .asExported else { return }
        report(
            .warning(
                "weighted features \(weighted.joined(separator: ", ")): TorchEasyRec trains with their weights but its "
                    + "exported models ignore them, and so does this package; --weighted-features as-trained uses them")
        )
    }

    /// Upstream's exported tables give zeros for ids that dynamicemb has no row for, whatever its evaluation gives.
    private func warnAboutUnknownIDs(_ features: FeatureSet) {
        let others = features.features.filter { feature in
            guard let config = feature.dynamicEmbedding, config.hasEvalInitializerArgs else { return false }
            let initial = config.evalInitializerArgs
            return initial.hasMode && initial.mode != "CONSTANT" || initial.value != 0
        }
        guard !others.isEmpty else { return }
        report(
            .warning(
                "dynamicemb features \(others.map(\.name).joined(separator: ", ")): eval_initializer_args is not used; as "
                    + "in TorchEasyRec's exported models, ids without a row read zeros"))
    }

    /// Widths of all tables by name without `.weight`.
    private func tableWidths(_ parts: [ModelPart]) throws -> [String: Int] {
        var widths: [String: Int] = [:]
        for part in parts {
            for table in part.graph.tables where table.name.hasSuffix(".weight") {
                widths[String(table.name.dropLast(".weight".count))] = try part.graph.type(table.value).width()
            }
        }
        return widths
    }

    private func checkParameters(_ parts: [ModelPart], _ source: any TensorSource, kind: String) throws {
        let check = ParameterCheck(source: source)
        try check.check(parts.map(\.graph))
        let unread = parts.reduce(into: Set<String>()) { $0.formUnion($1.unread) }
        let unused = try check.unused(parts.map(\.graph)) {
            try unread.contains($0) || ModelCatalogue.isTrainingOnly($0, kind: kind)
        }
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
