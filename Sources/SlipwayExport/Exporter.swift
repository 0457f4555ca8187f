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
    private let extras: ExportExtras
    private let report: (ExportEvent) -> Void

    /// Runs `request`. `report` is called on the same thread.
    public static func run(
        _ request: ExportRequest, report: @escaping (ExportEvent) -> Void = { _ in }
    ) throws -> ExportSummary {
        try run(request, extras: ExportExtras(), report: report)
    }

    /// The same with steps of others at each part.
    package static func run(
        _ request: ExportRequest, extras: ExportExtras, report: @escaping (ExportEvent) -> Void
    ) throws -> ExportSummary {
        try Exporter(request: request, extras: extras, report: report).run()
    }

    private func run() throws -> ExportSummary {
        try refuseExistingDirectory()
        let plan = try ModelPlan.make(request, report: report)
        let compilation = try aheadOfTime(plan.flags)
        let folder = try ExportFolder(directory: request.exportDirectory, parts: plan.parts.map(\.name))
        defer { folder.abandon() }
        var progress = ProgressCounter(total: totalBytes(plan.parts), report: report)
        var summaries: [ExportSummary.Part] = []
        for part in plan.parts {
            let recipe = PartRecipe(
                request: request, config: plan.config, configText: plan.configText, kind: plan.kind,
                accelerationText: plan.flags.modelAccJSON(additional: plan.additional),
                acceleration: plan.flags.modelAccEntries(additional: plan.additional), checkpoint: plan.checkpoint,
                source: plan.source, compilation: compilation, extras: extras,
                report: report)
            summaries.append(
                try withContext(part.name.isEmpty ? "exporting the model" : "exporting part \(part.name)") {
                    try recipe.write(part, to: folder.path(of: part.name)) { progress.add($0) }
                })
        }
        progress.finish()
        try folder.finish()
        return ExportSummary(
            directory: request.exportDirectory, modelKind: plan.kind, checkpoint: plan.checkpoint.path, parts: summaries
        )
    }

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

    /// Checkpoint bytes an export reads, as float32.
    private func totalBytes(_ parts: [ModelPart]) -> Int {
        parts.flatMap { part in part.graph.parameters.map { part.graph.type($0.value) } }
            .reduce(0) { $0 + $1.dimensions.compactMap(\.size).reduce(4, *) }
    }
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
