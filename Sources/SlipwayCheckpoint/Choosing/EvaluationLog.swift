import SlipwayCore

/// What evaluation during training found, step by step: `train_eval_result_v2.txt` of a model_dir.
public struct EvaluationLog: Sendable {
    public struct Entry: Sendable {
        public let step: Int
        /// Every field that is a number.
        public let metrics: [String: Double]
    }

    /// In the order of the file.
    public let entries: [Entry]

    /// Reads the log of `modelDir`; nil when there is none. Throws `corrupt` naming the line.
    public init?(modelDir: String) throws {
        guard let results = try EvalResults(modelDir: modelDir) else { return nil }
        entries = results.lines.map { Entry(step: $0.step, metrics: $0.metrics.compactMapValues { $0 }) }
    }
}
