import Foundation
import SlipwayCore

/// Decides which checkpoint to use, by upstream's rules.
///
/// Source: `latest_checkpoint` and `best_checkpoint` in upstream's `utils/checkpoint_util.py`.
public enum CheckpointChooser {
    /// The checkpoint to use: `checkpointPath` when given, else the best or the latest one of `modelDir`.
    ///
    /// `bestExporterMetric` is nil when the config does not set it; the schema's default does not count. `note`
    /// says what a reader of the log should know, and `step` is nil when the path does not tell. Throws `notFound`
    /// when there is no checkpoint, `corrupt` for a bad evaluation file, `invalidConfig` when the metric is missing or
    /// ambiguous.
    public static func resolve(
        modelDir: String, checkpointPath: String?, exporterType: String, bestExporterMetric: String?,
        metricLargerIsBetter: Bool
    ) throws -> (path: String, step: Int?, note: String?) {
        if let checkpointPath, !checkpointPath.isEmpty {
            return (checkpointPath, CheckpointPath.step(checkpointPath), nil)
        }
        guard exporterType == "best" else { return try latest(modelDir, note: nil) }
        guard let results = try EvalResults(modelDir: modelDir) else {
            return try latest(
                modelDir,
                note: "\(EvalResults.fileName) is missing, so the latest checkpoint is used instead of the best")
        }
        guard !results.lines.isEmpty else {
            return try latest(
                modelDir, note: "\(results.path) is empty, so the latest checkpoint is used instead of the best")
        }
        let (metric, note) = try metric(results, bestExporterMetric)
        let step = try bestStep(results, metric, largerIsBetter: metricLargerIsBetter)
        let path = CheckpointPath.join(modelDir, "model.ckpt-\(step)")
        guard FileManager.default.fileExists(atPath: path) else {
            throw SlipwayError(
                .notFound, "find best metric is \(step) step,but not find \(path).",
                fix:
                    "it was pruned: raise keep_checkpoint_max, give checkpoint_path, or set exporter_type to \"latest\""
            )
        }
        return (path, step, note)
    }

    /// The folder with the largest step, or `modelDir` itself when it holds a checkpoint.
    private static func latest(_ modelDir: String, note: String?) throws -> (path: String, step: Int?, note: String?) {
        if modelDir.contains("model.ckpt-") {
            return (modelDir, CheckpointPath.step(modelDir), note)
        }
        let files = FileManager.default
        var best: (path: String, step: Int)?
        let names = (try? files.contentsOfDirectory(atPath: modelDir.isEmpty ? "." : modelDir)) ?? []
        for name in names.sorted() where name.hasPrefix("model.ckpt-") {
            let path = CheckpointPath.join(modelDir, name)
            var isDirectory: ObjCBool = false
            guard files.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue else { continue }
            let step = CheckpointPath.step(name) ?? 0
            if step >= best?.step ?? 0 { best = (path, step) }
        }
        if let best { return (best.path, best.step, note) }
        for part in ["model", "optimizer"] where files.fileExists(atPath: CheckpointPath.join(modelDir, part)) {
            return (modelDir.isEmpty ? "." : modelDir, 0, note)
        }
        throw SlipwayError(
            .notFound,
            "checkpoint path should be specified: no model.ckpt-N folder in model_dir \(modelDir.debugDescription).",
            fix: "set model_dir in the pipeline config to the training's folder, or give checkpoint_path")
    }

    /// The metric to go by: the one that is set, or the only one there is.
    private static func metric(_ results: EvalResults, _ wanted: String?) throws -> (name: String, note: String?) {
        let names = Set(results.lines.flatMap(\.metrics.keys)).sorted()
        if let wanted {
            for line in results.lines where line.metrics[wanted] == nil {
                throw SlipwayError(
                    .invalidConfig,
                    "checkpoint \(EvalResults.fileName) not find \(wanted) metric "
                        + "(line \(line.number) of \(results.path)).",
                    fix: "set export_config.best_exporter_metric to one of: \(names.joined(separator: ", "))")
            }
            return (wanted, nil)
        }
        guard let only = names.first, names.count == 1 else {
            throw SlipwayError(
                .invalidConfig,
                "exporter_type is \"best\" and best_exporter_metric is not set, "
                    + "but \(EvalResults.fileName) has \(names.count) metrics.",
                fix: names.isEmpty
                    ? "evaluate during training, or set exporter_type to \"latest\""
                    : "set export_config.best_exporter_metric to one of: \(names.joined(separator: ", "))")
        }
        return (only, "best_exporter_metric is not set; \(only) is used, the only metric in \(EvalResults.fileName)")
    }

    /// The step with the best value; the earliest in the file wins a tie. A repeated step keeps its place and takes the
    /// later value. NaN never wins.
    private static func bestStep(_ results: EvalResults, _ metric: String, largerIsBetter: Bool) throws -> Int {
        var steps: [Int] = []
        var values: [Int: Double] = [:]
        for line in results.lines {
            guard let found = line.metrics[metric], let value = found else {
                throw SlipwayError(
                    .corrupt, "\(results.path), line \(line.number): \(metric) is missing or not a number",
                    fix: "mend the line, or give checkpoint_path")
            }
            if values.updateValue(value, forKey: line.step) == nil { steps.append(line.step) }
        }
        var best: (step: Int, value: Double)?
        for step in steps {
            guard let value = values[step], !value.isNaN else { continue }
            guard let known = best else {
                best = (step, value)
                continue
            }
            if largerIsBetter ? value > known.value : value < known.value { best = (step, value) }
        }
        guard let best else {
            throw SlipwayError(
                .corrupt, "\(metric) is NaN at every step in \(results.path)",
                fix: "choose another best_exporter_metric, or give checkpoint_path")
        }
        return best.step
    }
}
