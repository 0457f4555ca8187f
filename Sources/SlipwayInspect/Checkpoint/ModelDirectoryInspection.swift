import Foundation
import SlipwayCheckpoint
import SlipwayCore

/// A training's model_dir: its checkpoints, and what evaluation found at each.
struct ModelDirectoryInspection: InspectedSubject {
    private struct Checkpoint: Sendable {
        let step: Int
        let parts: [CheckpointListing.Part]
        /// Of the last evaluation at this step.
        let metrics: [String: Double]

        var bytes: Int { parts.reduce(0) { $0.addingClamped($1.bytes) } }
    }

    /// The extremes of one metric over the evaluated steps; the first step wins a tie, as in the choice of the best.
    private struct MetricRange: Sendable {
        let name: String
        let smallest: (step: Int, value: Double)
        let largest: (step: Int, value: Double)
    }

    private let checkpoints: [Checkpoint]
    private let latest: Int?
    private let hasLog: Bool
    private let metrics: [MetricRange]

    init(path: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
        let log = try EvaluationLog(modelDir: path)
        // A step evaluated again takes the later values, in the place of the first.
        var steps: [Int] = []
        var values: [Int: [String: Double]] = [:]
        for entry in log?.entries ?? [] {
            if values.updateValue(entry.metrics, forKey: entry.step) == nil { steps.append(entry.step) }
        }
        checkpoints = names.compactMap { name in
            guard let step = CheckpointListing.step(of: name) else { return nil }
            let parts = CheckpointListing.parts(of: PathInspector.join(path, name))
            return Checkpoint(step: step, parts: parts, metrics: values[step] ?? [:])
        }.sorted { $0.step < $1.step }
        latest = try CheckpointChooser.resolve(
            modelDir: path, checkpointPath: nil, exporterType: "latest", bestExporterMetric: nil,
            metricLargerIsBetter: true
        ).step
        hasLog = log != nil
        metrics = Set(values.values.flatMap(\.keys)).sorted().compactMap { name in
            let found = steps.compactMap { step in
                values[step]?[name].flatMap { $0.isNaN ? nil : (step: step, value: $0) }
            }
            guard let smallest = found.min(by: { $0.value < $1.value }), let top = found.map(\.value).max(),
                let largest = found.first(where: { $0.value == top })
            else { return nil }
            return MetricRange(name: name, smallest: smallest, largest: largest)
        }
    }

    func sections() -> [String] {
        var table = TextTable([.number("step"), .number("bytes"), .text(""), .text("folders")])
        for checkpoint in checkpoints {
            table.add([
                String(checkpoint.step), Quantity.bytes(checkpoint.bytes), checkpoint.step == latest ? "latest" : "",
                checkpoint.parts.map { "\($0.name) \(Quantity.bytes($0.bytes))" }.joined(separator: ", "),
            ])
        }
        let listing = "checkpoints\n\(table.text(indent: "  "))"
        guard hasLog else { return [listing, "no train_eval_result_v2.txt: the best checkpoint cannot be told"] }
        guard !metrics.isEmpty else { return [listing, "train_eval_result_v2.txt holds no metrics"] }
        let kept = Set(checkpoints.map(\.step))
        func place(_ step: Int) -> String { kept.contains(step) ? String(step) : "\(step) (removed)" }
        var best = TextTable([
            .text("metric"), .number("largest"), .text("at step"), .number("smallest"), .text("at step"),
        ])
        for metric in metrics {
            best.add([
                metric.name, Quantity.number(metric.largest.value), place(metric.largest.step),
                Quantity.number(metric.smallest.value), place(metric.smallest.step),
            ])
        }
        return [listing, "evaluation\n\(best.text(indent: "  "))"]
    }

    func facts() -> [String: Fact] {
        func extreme(_ value: (step: Int, value: Double)) -> Fact {
            .object([
                "step": .int(value.step), "value": .double(value.value),
                "kept": .bool(checkpoints.contains { $0.step == value.step }),
            ])
        }
        return [
            "latest_step": Fact(latest), "has_evaluation_log": .bool(hasLog),
            "checkpoints": .array(
                checkpoints.map {
                    .object([
                        "step": .int($0.step), "bytes": .int($0.bytes), "is_latest": .bool($0.step == latest),
                        "folders": .array($0.parts.map(\.facts)), "metrics": .object($0.metrics.mapValues(Fact.double)),
                    ])
                }),
            "metrics": .object(
                Dictionary(
                    metrics.map {
                        ($0.name, .object(["largest": extreme($0.largest), "smallest": extreme($0.smallest)]))
                    }, uniquingKeysWith: { first, _ in first })),
        ]
    }
}
