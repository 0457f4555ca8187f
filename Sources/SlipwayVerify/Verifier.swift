import Foundation
import SlipwayArtifact
import SlipwayCore
import SlipwayExport
import SlipwayGraph
import SlipwayModels

/// Holds a package against the checkpoint it was made from: rebuilds the model from the config and the checkpoint, compares
/// every stored weight, and replays rows through the package and through the graph's definition.
public struct Verifier {
    private let request: VerifyRequest
    private let report: (VerifyEvent) -> Void

    /// Runs `request`; `report` is called on the same thread.
    ///
    /// - Throws: `mismatch` when checkpoint and config do not belong together, naming tensors; `corrupt` for a package whose
    ///   files are not those of its manifest; `unsupported` for tables too large to replay; and what the readers throw.
    public static func run(
        _ request: VerifyRequest, report: @escaping (VerifyEvent) -> Void = { _ in }
    ) throws -> VerifyReport {
        try Verifier(request: request, report: report).run()
    }

    private func run() throws -> VerifyReport {
        try checkArguments()
        let export = try ExportedParts(path: request.packagePath)
        let plan = try plan(export)
        guard plan.kind == export.kind else {
            throw SlipwayError(
                .mismatch, "the config is of a \(plan.kind) model, the package of a \(export.kind) one",
                fix: "pass the config that the package was exported with")
        }
        let pairs = try export.packages.map { package in
            guard let part = plan.parts.first(where: { $0.name == package.manifest.part }) else {
                throw SlipwayError(
                    .mismatch, "the model has no part \(package.manifest.part)",
                    fix: "its parts are \(plan.parts.map(\.name).joined(separator: ", "))")
            }
            return (package, part)
        }
        if request.rows > 0 {
            try pairs.forEach { try ReplayLimits.check($0.1.graph) }
            if let precision = pairs.lazy.compactMap({ $0.0.manifest.densePrecision }).first {
                throw SlipwayError(
                    .unsupported, "the dense part is stored as \(precision), so that scores are not the checkpoint's",
                    fix: "pass --rows 0 to compare the stored weights; report.json has the drift of the scores")
            }
        }
        let checks = try pairs.map { package, part in
            WeightCheck(packaged: try PackagedGraph(part, source: plan.source), package: package, source: plan.source)
        }
        var done = 0
        let total = checks.reduce(0) { $0 + WeightCheck.bytes(of: $1.packaged.graph) }
        let parts = try checks.map { check -> PartVerification in
            let weights = try check.run { bytes in
                done += bytes
                report(.weights(done: done, total: total))
            }
            return PartVerification(
                name: check.package.manifest.part,
                isGraphEqual: GraphPrinter.print(check.packaged.graph) == GraphPrinter.print(check.package.graph),
                weights: weights, outputs: [])
        }
        let replayed = try zip(pairs, parts).map { pair, part in
            guard request.rows > 0 else { return part }
            let replay = try Replay(
                graph: pair.1.graph, package: pair.0, source: plan.source, request: request, name: part.displayName)
            return part.with(outputs: try replay.run { report(.rows(part: part.displayName, done: $0, total: $1)) })
        }
        return VerifyReport(
            package: request.packagePath, checkpoint: plan.checkpoint.path, modelKind: plan.kind,
            data: request.dataPath, seed: request.seed, tolerance: request.tolerance, parts: replayed)
    }

    private func plan(_ export: ExportedParts) throws -> ModelPlan {
        let isOwnConfig = request.pipelineConfigPath == nil
        do {
            return try ModelPlan.make(
                export.request(checkpointPath: request.checkpointPath, configPath: request.pipelineConfigPath),
                config: isOwnConfig ? try export.config() : nil
            ) { event in
                if case .warning(let text) = event { report(.warning(text)) }
            }
        } catch var error as SlipwayError where isOwnConfig && error.code == .invalidConfig {
            // Parts may be exported with features rewritten, and files that features name lie elsewhere.
            error.fix = "pass --pipeline_config_path with the config that the package was exported from"
            throw error
        }
    }

    private func checkArguments() throws {
        guard request.tolerance >= 0, request.tolerance.isFinite else {
            throw SlipwayError(
                .invalidArgument, "the tolerance is \(request.tolerance)",
                fix: "pass --tolerance with a number from 0 on")
        }
        guard request.rows >= 0 else {
            throw SlipwayError(
                .invalidArgument, "the number of rows is \(request.rows)",
                fix: "pass --rows with a number from 0 on; 0 compares the weights only")
        }
    }
}

/// What a replay holds in memory at once.
enum ReplayLimits {
    /// Bytes of tables as float32; they are held twice where they are quantized.
    private static let tableBytes = 4 << 30

    /// Throws `unsupported` for a model whose tables are larger.
    static func check(_ graph: Graph) throws {
        let bytes = graph.tables.reduce(0) { sum, table in
            sum + graph.type(table.value).dimensions.compactMap(\.size).reduce(4, *)
        }
        guard bytes <= tableBytes else {
            throw SlipwayError(
                .unsupported,
                "the embedding tables take \(bytes >> 30) GB as float32, and a replay holds at most \(tableBytes >> 30) GB",
                fix: "pass --rows 0 to compare the stored weights only")
        }
    }
}
