import Foundation
import SlipwayArtifact
import SlipwayBackendAOT
import SlipwayCheckpoint
import SlipwayConfig
import SlipwayCore
import SlipwayFeatures
import SlipwayGraph
import SlipwayModels

/// Writes one part of a model as a package.
struct PartRecipe {
    let request: ExportRequest
    let config: TzrecEasyRecConfig
    let configText: [UInt8]
    let kind: String
    let accelerationText: String
    let acceleration: [ModelAccEntry]
    let checkpoint: ChosenCheckpoint
    let source: any TensorSource
    let compilation: AOTExport?
    let extras: ExportExtras
    let report: (ExportEvent) -> Void

    func write(
        _ part: ModelPart, to directory: String, progress: @escaping (Int) -> Void
    ) throws -> ExportSummary.Part {
        let packaged = try PackagedGraph(part, source: source, progress: progress)
        let graph = packaged.graph
        let package = try PackageWriter(directory: directory)
        try addConfig(of: part, to: package)
        try package.add(PackageFiles.accelerationFlags, bytes: Array(accelerationText.utf8))
        try package.add(PackageFiles.graphText, bytes: Array(GraphPrinter.print(graph).utf8))
        let encoded = try GraphDocument.encode(graph)
        try package.add(PackageFiles.graph, bytes: encoded)
        try package.add(PackageFiles.sourceGraph, bytes: try GraphDocument.encode(part.graph))
        try copyAssets(to: package)
        let planned = PlannedPart(
            config: config, kind: kind, checkpoint: checkpoint, source: source, part: part, packaged: packaged)
        let reduced = try extras.reduce(planned)
        let writer = ParameterWriter(
            source: source, derived: packaged.derived, progress: progress, reduced: reduced)
        try package.add(PackageFiles.dense) { try writer.writeDense(graph, to: $0) }
        if let compilation {
            // As it is read back, so that the code's positions are those of the stored graph.
            let stored = try GraphDocument.decode(encoded)
            let reader = ParameterWriter(source: source, derived: packaged.derived, progress: { _ in })
            let notes = try withContext("compiling ahead of time") {
                try compilation.add(stored, to: package, reduced: reduced) { parameter in
                    // As floats, for machines that do not multiply in fewer bits, the very numbers that the package stores.
                    try reduced[parameter.name]?.tensor ?? reader.tensor(parameter, of: stored)
                }
            }
            for note in notes { report(.note(note)) }
        }
        let tables = try package.add(PackageFiles.tables) { try writer.writeTables(graph, to: $0) }
        let manifest = manifest(part, graph, tables, reduced)
        let staged = StagedPart(planned: planned, package: try package.preview(manifest))
        for file in try extras.additions(staged) { try package.add(file.path, bytes: file.bytes) }
        try package.finish(manifest)
        return ExportSummary.Part(
            name: part.name, tableCount: tables.count, tableBytes: tables.reduce(0) { $0 + $1.bytes },
            denseCount: graph.denseParameters.reduce(0) {
                $0 + graph.type($1.value).dimensions.compactMap(\.size).reduce(1, *)
            },
            outputs: graph.outputs.map(\.name).filter { $0 != JaggedOutputs.lengthsName })
    }

    /// `pipeline.config` and `fg.json`, and the vocabularies and other files that features name.
    private func addConfig(of part: ModelPart, to package: PackageWriter) throws {
        guard let exportPart = part.name.isEmpty ? .whole : ExportPart(rawValue: part.name) else {
            throw SlipwayError(.internalFault, "\(part.name) is no part of an export")
        }
        var exported = try PipelineConfig.exported(config, part: exportPart)
        let features = try FeatureSet.make(exported)
        let folder = "\(package.directory).assets.\(ProcessInfo.processInfo.processIdentifier)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let assets = try AssetCopies(of: features, into: folder)
        for name in assets.fileNames { try package.copy("\(folder)/\(name)", as: name) }
        if !assets.fileNames.isEmpty { exported.featureConfigs = features.configs(assets: assets) }
        try package.add(PackageFiles.pipelineConfig, bytes: Array(try PipelineConfig.text(of: exported).utf8))
        try package.add(PackageFiles.featureConfig, bytes: Array(try FGJSON.text(features, assets: assets).utf8))
    }

    private func copyAssets(to package: PackageWriter) throws {
        for path in (request.assetFiles ?? "").split(separator: ",") {
            let trimmed = path.trimmingCharacters(in: .whitespaces)
            guard !trimmed.isEmpty else { continue }
            guard FileManager.default.fileExists(atPath: trimmed) else {
                throw SlipwayError(.notFound, "asset file \(trimmed) does not exist", fix: "check --asset_files")
            }
            try package.copy(trimmed, as: URL(fileURLWithPath: trimmed).lastPathComponent)
        }
    }

    private func manifest(
        _ part: ModelPart, _ graph: Graph, _ tables: [PackageManifest.Table], _ reduced: [String: ReducedWeight]
    ) -> PackageManifest {
        let kinds = Dictionary(
            grouping: tables, by: { $0.name.contains(".ec_dict.") ? "sequence_tables" : "bag_tables" })
        return PackageManifest(
            slipwayVersion: request.slipwayVersion, createdAt: request.createdAt, modelKind: kind, part: part.name,
            provenance: .init(
                checkpoint: checkpoint.path, step: checkpoint.step, configSHA256: FileHash.sha256(configText)),
            acceleration: Dictionary(acceleration.map { ($0.key, $0.text) }, uniquingKeysWith: { $1 }),
            quantization: kinds.mapValues { Set($0.map(\.dtype)).sorted().joined(separator: ",") },
            densePrecision: reduced.isEmpty ? nil : reduced.values.contains { $0.input != nil } ? "int8" : "bf16",
            tables: tables,
            inputs: graph.inputs.map { PackageManifest.Port(name: $0.name, type: graph.type($0.value)) },
            outputs: graph.outputs.map { PackageManifest.Port(name: $0.name, type: graph.type($0.value)) },
            notes: part.notes
                + (request.weightedFeatures == .asTrained ? ["weighted features are used as trained"] : []))
    }
}

extension ModelAccEntry {
    /// The value as plain text, for the manifest.
    fileprivate var text: String {
        if case .text(let text) = value { return text }
        return value.json
    }
}
